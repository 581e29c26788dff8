import { expect, test } from 'vitest'
import { runsOf } from '../../../../core/dataset/rasterRuns.ts'
import { partAt } from './ghostParts.ts'

test('the part at a place of the image is that of the cell over it, and background beyond the window', () => {
  // Two cells across and two down over a window of 20×10 pixels at (100, 50).
  const runs = btoa(String.fromCharCode(...runsOf(Uint8Array.of(1, 2, 3, 4))))
  const value = { kind: 'parts' as const, left: 100, top: 50, width: 20, height: 10, columns: 2, rows: 2, runs }
  const places = [
    [100, 50],
    [109.9, 54.9],
    [110, 50],
    [100, 55],
    [119.9, 59.9],
    [120, 55],
    [99.9, 55],
    [105, 49],
  ] as const
  expect(places.map(([x, y]) => partAt(value, x, y))).toEqual([1, 1, 2, 3, 4, 0, 0, 0])
})
