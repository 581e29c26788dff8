import { expect, test } from 'vitest'
import { EdgeStroke, type EdgeBrush } from './edgeBrush.ts'
import { emptyMask, overBackground, type PartMask } from './mask.ts'

/** A grey picture, one value a pixel. */
const grey = (...rows: number[][]): Uint8ClampedArray =>
  Uint8ClampedArray.from(rows.flat().flatMap((v) => [v, v, v, 255]))
const picture = ({ data, width, height }: PartMask): string[] =>
  Array.from({ length: height }, (_, row) =>
    Array.from(data.subarray(row * width, (row + 1) * width), (part) => part || '.').join(''),
  )
const brush: EdgeBrush = { radius: 50, part: 1, over: null, tolerance: 40 }

/** Dark left of column 6, light from there on. */
const edge = grey(...Array.from({ length: 9 }, () => Array.from({ length: 12 }, (_, x) => (x < 6 ? 20 : 200))))

test('the brush stops where the colour changes', () => {
  const mask = emptyMask(12, 9)
  new EdgeStroke(mask, edge, brush).extend(3, 4)
  expect(new Set(picture(mask))).toEqual(new Set(['111111......']))
})

test('its reach is a disc of its radius', () => {
  const mask = emptyMask(12, 9)
  new EdgeStroke(mask, edge, { ...brush, radius: 2 }).extend(3.5, 4.5)
  expect(picture(mask).slice(2, 7)).toEqual([
    '...1........',
    '..111.......',
    '.11111......',
    '..111.......',
    '...1........',
  ])
})

test('dragged over another colour it keeps to that of its beginning', () => {
  const mask = emptyMask(12, 9)
  const stroke = new EdgeStroke(mask, edge, { ...brush, radius: 3 })
  stroke.extend(3, 4)
  expect(stroke.extend(10, 4)).not.toBeNull()
  for (const row of picture(mask)) expect(row.slice(6)).toBe('......')
  expect(mask.data[4 * 12 + 5]).toBe(1)
})

test('what is like the beginning but not connected within the disc is left out', () => {
  // A light line between two dark fields.
  const line = grey(...Array.from({ length: 5 }, () => [20, 20, 20, 200, 20, 20, 20]))
  const mask = emptyMask(7, 5)
  new EdgeStroke(mask, line, { ...brush, tolerance: 100 }).extend(0.5, 2.5)
  expect(new Set(picture(mask))).toEqual(new Set(['111....']))
})

test('parts that may not be painted over are gone round but not changed; undone, all is as before', () => {
  const mask: PartMask = { width: 3, height: 1, data: Uint8Array.from([0, 2, 0]) }
  const stroke = new EdgeStroke(mask, grey([9, 9, 9]), { ...brush, over: overBackground() })
  stroke.extend(0.5, 0.5)
  expect(Array.from(mask.data)).toEqual([1, 2, 1])
  stroke.cancel()
  expect(Array.from(mask.data)).toEqual([0, 2, 0])
})

test('a picture of another size is refused', () => {
  expect(() => new EdgeStroke(emptyMask(3, 3), edge, brush)).toThrow(RangeError)
})
