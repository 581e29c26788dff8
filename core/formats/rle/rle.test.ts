import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compressCounts, decompressCounts } from './compressedCounts.ts'
import { rleFromPolygon } from './polygon.ts'
import { paintRle, rleArea, rleBox, rleFromCounts, rleFromMask, rleFromWindow, rleToMask } from './rle.ts'

interface MaskVector {
  readonly height: number
  readonly width: number
  readonly rows: readonly string[] | null
  readonly counts: readonly number[]
  readonly compressed: string
  readonly area: number
  readonly box: readonly number[]
}

interface PolygonVector {
  readonly height: number
  readonly width: number
  readonly polygon: readonly number[]
  readonly compressed: string
  readonly area: number
}

// Made by fixtures/make.py with pycocotools 2.0.11.
const vectors: { readonly masks: readonly MaskVector[]; readonly polygons: readonly PolygonVector[] } = JSON.parse(
  readFileSync(new URL('./fixtures/maskVectors.json', import.meta.url), 'utf8'),
)

const sizedMask = fc.tuple(fc.integer({ min: 1, max: 17 }), fc.integer({ min: 1, max: 13 })).chain(([height, width]) =>
  fc.record({
    height: fc.constant(height),
    width: fc.constant(width),
    data: fc.uint8Array({ minLength: height * width, maxLength: height * width, max: 1 }),
  }),
)

describe('run lengths', () => {
  test('go down the columns and begin with zeros', () => {
    // 1 0 0
    // 1 1 0
    const rle = rleFromMask(Uint8Array.from([1, 0, 0, 1, 1, 0]), 2, 3)
    expect([...rle.counts]).toEqual([0, 2, 1, 1, 2])
    expect([...rleToMask(rle)]).toEqual([1, 0, 0, 1, 1, 0])
  })

  test.each(vectors.masks.filter((vector) => vector.rows !== null))(
    'of a $height×$width mask are those of pycocotools',
    ({ height, width, rows, counts, compressed, area, box }) => {
      const data = Uint8Array.from((rows ?? []).join(''), Number)
      const rle = rleFromMask(data, height, width)
      expect([...rle.counts]).toEqual(counts)
      expect(compressCounts(rle.counts)).toBe(compressed)
      expect([...rleToMask(rleFromCounts(decompressCounts(compressed), height, width))]).toEqual([...data])
      expect(rleArea(rle)).toBe(area)
      const found = rleBox(rle)
      expect(found === null ? [0, 0, 0, 0] : [found.left, found.top, found.width, found.height]).toEqual(box)
    },
  )

  test('of hundreds of thousands of pixels take several characters each', () => {
    const vector = vectors.masks[vectors.masks.length - 1]
    expect(decompressCounts(vector.compressed)).toEqual(vector.counts)
    expect(compressCounts(vector.counts)).toBe(vector.compressed)
  })

  test('survive compressing and decompressing, whatever the mask', () => {
    fc.assert(
      fc.property(sizedMask, ({ height, width, data }) => {
        const rle = rleFromMask(data, height, width)
        const back = rleFromCounts(decompressCounts(compressCounts(rle.counts)), height, width)
        expect(back.counts).toEqual(rle.counts)
        expect(rleToMask(back)).toEqual(data)
        expect(rleArea(back)).toBe(data.reduce((sum, value) => sum + value, 0))
      }),
    )
  })

  test('survive compressing up to the largest mask', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 28 }), { maxLength: 30 }), (counts) => {
        expect(decompressCounts(compressCounts(counts))).toEqual(counts)
      }),
    )
  })

  test('of a window equal those of the window laid in its image', () => {
    fc.assert(
      fc.property(sizedMask, fc.integer({ min: -4, max: 9 }), fc.integer({ min: -4, max: 9 }), (mask, left, top) => {
        const window = { left, top, width: mask.width, height: mask.height, data: mask.data }
        const whole = new Uint8Array(14 * 11)
        for (let y = 0; y < mask.height; y++) {
          for (let x = 0; x < mask.width; x++) {
            const [imageX, imageY] = [left + x, top + y]
            if (imageX < 0 || imageY < 0 || imageX >= 11 || imageY >= 14) continue
            whole[imageY * 11 + imageX] = mask.data[y * mask.width + x]
          }
        }
        const rle = rleFromWindow(window, 14, 11, (value) => value === 1)
        expect(rle.counts).toEqual(rleFromMask(whole, 14, 11).counts)
        const painted = { ...window, data: new Uint8Array(mask.data.length) }
        paintRle(rle, painted, 1)
        for (let i = 0; i < mask.data.length; i++) {
          const [x, y] = [left + (i % mask.width), top + Math.floor(i / mask.width)]
          expect(painted.data[i]).toBe(x >= 0 && y >= 0 && x < 11 && y < 14 ? mask.data[i] : 0)
        }
      }),
      { numRuns: 50 },
    )
  })

  test.each([
    ['a sum that is not the area', [3, 2], 2, 3],
    ['a negative run', [7, -1], 2, 3],
    ['a fraction', [5.5, 0.5], 2, 3],
    ['NaN', [Number.NaN, 6], 2, 3],
    ['more runs than pixels', new Array<number>(100).fill(0), 2, 3],
    ['no rows', [0], 0, 3],
    ['a size of 10⁹ × 10⁹', [1e18], 1e9, 1e9],
  ])('are refused for %s', (_, counts, height, width) => {
    expect(() => rleFromCounts(counts, height, width)).toThrow(expect.objectContaining({ code: 'rle-corrupt' }))
  })

  test.each(['P', 'oooooooooo', ' 1', '0\u00ff'])('are refused when compressed as %j', (text) => {
    expect(() => decompressCounts(text)).toThrow(expect.objectContaining({ code: 'rle-corrupt' }))
  })
})

describe('a polygon', () => {
  test.each(vectors.polygons)('$polygon is rasterised as by pycocotools', ({ height, width, polygon, compressed }) => {
    const rle = rleFromPolygon(polygon, height, width)
    expect(compressCounts(rle.counts)).toBe(compressed)
  })

  test.each([
    ['two corners', [1, 2, 3, 4]],
    ['an odd count', [1, 2, 3, 4, 5, 6, 7]],
    ['NaN', [1, 2, 3, 4, 5, Number.NaN]],
    ['coordinates of 10⁹', [1e9, 1, 2, 2, 3, 3]],
    ['an outline of millions of pixels', [9e6, 1, -9e6, 2, 3, 3]],
  ])('with %s is refused', (_, polygon) => {
    expect(() => rleFromPolygon(polygon, 10, 10)).toThrow(expect.objectContaining({ code: 'rle-corrupt' }))
  })
})
