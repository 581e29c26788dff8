import { describe, expect, test } from 'vitest'
import { rleToMask } from '../../formats/rle/rle.ts'
import { rleFromPolygon } from '../../formats/rle/polygon.ts'
import { Random } from '../../synthetic/random.ts'
import { emptyMask, overBackground, type PartMask } from './mask.ts'
import { fillPolygon, subtractPolygon } from './polygon.ts'

const picture = ({ data, width, height }: PartMask): string[] =>
  Array.from({ length: height }, (_, row) =>
    Array.from(data.subarray(row * width, (row + 1) * width), (part) => part || '.').join(''),
  )

describe('a polygon', () => {
  test('covers the pixels whose middles it holds', () => {
    const mask = emptyMask(6, 4)
    const patch = fillPolygon(mask, [1, 0, 5, 0, 1, 4], 1)
    // The slanted side is x + y = 5: middles on it, (4.5, 0.5) and so on, are outside.
    expect(picture(mask)).toEqual(['.111..', '.11...', '.1....', '......'])
    expect(patch?.bounds).toEqual({ left: 1, top: 0, width: 3, height: 3 })
  })

  test('crossing itself is even-odd', () => {
    const mask = emptyMask(6, 6)
    // The inner square is gone round twice.
    fillPolygon(mask, [0, 0, 6, 0, 6, 6, 0, 6, 0, 0, 2, 2, 4, 2, 4, 4, 2, 4, 2, 2], 1)
    expect(picture(mask)).toEqual(['111111', '111111', '11..11', '11..11', '111111', '111111'])
  })

  test('beside another one shares no pixel with it and leaves none out', () => {
    const mask = emptyMask(9, 9)
    fillPolygon(mask, [0, 0, 9, 0, 0, 9], 1)
    fillPolygon(mask, [9, 0, 9, 9, 0, 9], 2, overBackground())
    const halves = emptyMask(9, 9)
    fillPolygon(halves, [9, 0, 9, 9, 0, 9], 2)
    expect(mask.data.every((part) => part !== 0)).toBe(true)
    expect(Array.from(halves.data.keys()).every((at) => (halves.data[at] === 2) === (mask.data[at] === 2))).toBe(true)
  })

  test('reaches beyond the picture, takes pixels away, and needs three corners', () => {
    const mask = emptyMask(4, 3)
    fillPolygon(mask, [-5, -5, 20, -5, 20, 20, -5, 20], 1)
    expect(mask.data.every((part) => part === 1)).toBe(true)
    subtractPolygon(mask, [1, 1, 3, 1, 3, 2, 1, 2])
    expect(picture(mask)).toEqual(['1111', '1..1', '1111'])
    expect(fillPolygon(mask, [0, 0, 4, 4], 2)).toBeNull()
    expect(fillPolygon(mask, [Number.NaN, 0, 1, 1, 2, 2], 2)).toBeNull()
    expect(fillPolygon(mask, [10, 10, 20, 10, 20, 20], 2)).toBeNull()
  })

  test('with corners on the grid is what pycocotools makes of it; others differ at the outline alone', () => {
    const random = new Random(3)
    for (let round = 0; round < 40; round++) {
      const whole = round < 10
      const [left, top] = [random.integer(20), random.integer(20)]
      const [right, bottom] = [left + 1 + random.integer(20), top + 1 + random.integer(15)]
      const corners = whole
        ? [left, top, right, top, right, bottom, left, bottom]
        : Array.from({ length: 6 }, () => random.between(0, 40))
      const mask = emptyMask(45, 42)
      fillPolygon(mask, corners, 1)
      const coco = rleToMask(rleFromPolygon(corners, 42, 45))
      for (let y = 0; y < 42; y++) {
        for (let x = 0; x < 45; x++) {
          if (mask.data[y * 45 + x] === coco[y * 45 + x]) continue
          expect(whole).toBe(false)
          expect(distanceToOutline(corners, x + 0.5, y + 0.5)).toBeLessThan(0.8)
        }
      }
    }
  })
})

function distanceToOutline(corners: readonly number[], x: number, y: number): number {
  let least = Infinity
  for (let at = 0; at < corners.length; at += 2) {
    const next = (at + 2) % corners.length
    const [x0, y0, x1, y1] = [corners[at], corners[at + 1], corners[next], corners[next + 1]]
    const square = (x1 - x0) ** 2 + (y1 - y0) ** 2
    const t = Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / square))
    least = Math.min(least, Math.hypot(x - x0 - t * (x1 - x0), y - y0 - t * (y1 - y0)))
  }
  return least
}
