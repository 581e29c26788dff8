import { describe, expect, test } from 'vitest'
import { BrushStroke, eraser, type Brush } from './brush.ts'
import { applyPatch, emptyMask, overBackground, overParts, revertPatch, type PartMask } from './mask.ts'

/** Rows as text, `.` for background. */
const picture = (mask: PartMask): string[] =>
  Array.from({ length: mask.height }, (_, row) =>
    Array.from(mask.data.subarray(row * mask.width, (row + 1) * mask.width), (part) => part || '.').join(''),
  )

const round = (radius: number, part = 1): Brush => ({ shape: 'round', radius, part, over: null })

describe('a round brush', () => {
  test('paints the pixels whose middles are within its radius', () => {
    const mask = emptyMask(7, 7)
    new BrushStroke(mask, round(2)).extend(3.5, 3.5)
    // Middles lie whole pixels away: (±2, 0), (0, ±2) are at 2, (±1, ±1) at 1.41, (±2, ±1) at 2.24.
    expect(picture(mask)).toEqual(['.......', '...1...', '..111..', '.11111.', '..111..', '...1...', '.......'])
  })

  test('of half a pixel paints the pixel under the pointer, wherever in it that is', () => {
    for (const [x, y] of [
      [2.01, 1.02],
      [2.5, 1.5],
      [2.99, 1.98],
    ]) {
      const mask = emptyMask(5, 4)
      new BrushStroke(mask, round(0.5)).extend(x, y)
      expect(picture(mask)).toEqual(['.....', '..1..', '.....', '.....'])
    }
  })

  test('leaves no gap however far apart two samples are: the sweep is every pixel near the path', () => {
    const mask = emptyMask(60, 40)
    const stroke = new BrushStroke(mask, round(3.3))
    const path = [
      [5, 6],
      [50.2, 31.7],
      [20, 35],
      [20, 35],
    ]
    for (const [x, y] of path) stroke.extend(x, y)
    const near = (x: number, y: number): boolean =>
      path.slice(1).some(([x1, y1], at) => {
        const [x0, y0] = path[at]
        const square = (x1 - x0) ** 2 + (y1 - y0) ** 2
        const t = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / square))
        return Math.hypot(x - x0 - t * (x1 - x0), y - y0 - t * (y1 - y0)) <= 3.3
      })
    for (let y = 0; y < 40; y++) {
      for (let x = 0; x < 60; x++) expect([x, y, mask.data[y * 60 + x]]).toEqual([x, y, near(x + 0.5, y + 0.5) ? 1 : 0])
    }
  })

  test('widens evenly with the pressure of a pen', () => {
    const mask = emptyMask(40, 21)
    const stroke = new BrushStroke(mask, round(8))
    stroke.extend(10.5, 10.5, 0.25)
    stroke.extend(30.5, 10.5, 1)
    const thickness = (x: number): number =>
      Array.from({ length: 21 }, (_, y) => mask.data[y * 40 + x]).filter((part) => part === 1).length
    // Radius 2 in column 10, 8 in column 30; the tangent is 2.1 from the middle where the first disc's is.
    expect([thickness(10), thickness(30)]).toEqual([5, 17])
    expect(thickness(20)).toBeGreaterThan(thickness(15))
    expect(thickness(15)).toBeGreaterThan(thickness(10))
  })
})

describe('a square brush', () => {
  test('paints a square', () => {
    const mask = emptyMask(6, 5)
    new BrushStroke(mask, { ...round(1), shape: 'square' }).extend(3, 2)
    expect(picture(mask)).toEqual(['......', '..11..', '..11..', '......', '......'])
  })

  test('swept aslant leaves no gap', () => {
    const mask = emptyMask(30, 30)
    const stroke = new BrushStroke(mask, { ...round(2), shape: 'square' })
    stroke.extend(4, 4)
    stroke.extend(25, 25)
    // Along the diagonal |x − y| ≤ 4 between the squares: the hull of both.
    for (let y = 2; y < 27; y++) {
      for (let x = 2; x < 27; x++) expect([x, y, mask.data[y * 30 + x]]).toEqual([x, y, Math.abs(x - y) <= 4 ? 1 : 0])
    }
  })
})

describe('what a brush may paint over', () => {
  const striped = (): PartMask => ({ width: 4, height: 1, data: Uint8Array.from([0, 1, 2, 255]) })
  const dab = (brush: Omit<Brush, 'shape' | 'radius'>): number[] => {
    const mask = striped()
    new BrushStroke(mask, { shape: 'square', radius: 10, ...brush }).extend(2, 0.5)
    return Array.from(mask.data)
  }

  test('is everything, the background with what nobody annotated, or chosen parts', () => {
    expect(dab({ part: 3, over: null })).toEqual([3, 3, 3, 3])
    expect(dab({ part: 3, over: overBackground() })).toEqual([3, 1, 2, 3])
    expect(dab({ part: 3, over: overParts([2]) })).toEqual([0, 1, 3, 255])
    expect(dab(eraser('square', 10, overParts([1])))).toEqual([0, 0, 2, 255])
  })
})

describe('a finished stroke', () => {
  test('is one patch around what changed, with both sides', () => {
    const mask: PartMask = { width: 5, height: 3, data: new Uint8Array(15).fill(2) }
    const stroke = new BrushStroke(mask, { shape: 'square', radius: 0.5, part: 1, over: null })
    stroke.extend(1.5, 1.5)
    stroke.extend(2.5, 1.5)
    const patch = stroke.finish()
    expect(patch?.bounds).toEqual({ left: 1, top: 1, width: 2, height: 1 })
    expect(patch?.before).toEqual(Uint8Array.from([2, 2]))
    expect(patch?.after).toEqual(Uint8Array.from([1, 1]))
    if (patch !== null) revertPatch(mask, patch)
    expect(mask.data.every((part) => part === 2)).toBe(true)
    if (patch !== null) applyPatch(mask, patch)
    expect(picture(mask)).toEqual(['22222', '21122', '22222'])
  })

  test('is what it was, whatever is drawn over it before anybody asks', () => {
    const mask = emptyMask(6, 4)
    const brush = { shape: 'square', radius: 1, over: null } as const
    const first = new BrushStroke(mask, { ...brush, part: 1 })
    first.extend(2, 2)
    const patch = first.finish()
    const second = new BrushStroke(mask, { ...brush, part: 2 })
    second.extend(3, 2)
    expect(picture(mask)).toEqual(['......', '.122..', '.122..', '......'])
    expect(patch?.bounds).toEqual({ left: 1, top: 1, width: 2, height: 2 })
    expect(patch?.after).toEqual(Uint8Array.from([1, 1, 1, 1]))
    expect(second.finish()?.before).toEqual(Uint8Array.from([1, 0, 1, 0]))
  })

  test('goes around what changed, not around what had its part before or may not be painted over', () => {
    const data = Uint8Array.from([0, 1, 0, 3, 0, 0])
    const mask = { width: 6, height: 1, data }
    const stroke = new BrushStroke(mask, { shape: 'square', radius: 3, part: 1, over: overParts([0]) })
    stroke.extend(4, 0.5)
    const patch = stroke.finish()
    // Pixels 1 … 5 are under the brush: 1 has the part, 3 is somebody else's.
    expect(patch?.bounds).toEqual({ left: 2, top: 0, width: 4, height: 1 })
    expect(patch?.after).toEqual(Uint8Array.from([1, 3, 1, 1]))
    expect(patch?.before).toEqual(Uint8Array.from([0, 3, 0, 0]))
  })

  test('is nothing where it changed nothing, or missed the picture', () => {
    const mask = emptyMask(5, 5)
    const erase = new BrushStroke(mask, eraser('round', 3))
    erase.extend(2, 2)
    expect(erase.finish()).toBeNull()
    const beside = new BrushStroke(mask, round(2))
    expect(beside.extend(-10, 3)).toBeNull()
    expect(beside.finish()).toBeNull()
  })

  test('that is cancelled never was', () => {
    const mask: PartMask = { width: 100, height: 100, data: Uint8Array.from({ length: 10000 }, (_, at) => at % 7) }
    const before = mask.data.slice()
    const stroke = new BrushStroke(mask, round(20, 9))
    stroke.extend(50, 50)
    stroke.extend(95, 97)
    expect(mask.data).not.toEqual(before)
    stroke.cancel()
    expect(mask.data).toEqual(before)
    expect(stroke.finish()).toBeNull()
  })
})
