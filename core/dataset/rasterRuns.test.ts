import { describe, expect, test } from 'vitest'
import { fillFromRuns, rasterSize, runsOf, runsOfWindow, sampleRaster, sampleRuns } from './rasterRuns.ts'

describe('rasters as runs', () => {
  test('are (value, length) pairs with lengths of 7 bits a byte', () => {
    const cells = new Uint8Array(303).fill(7, 3)
    expect([...runsOf(cells)]).toEqual([0, 3, 7, 0xac, 0x02])
  })

  test('come back as they were, also when every cell differs', () => {
    const cells = Uint8Array.from({ length: 1000 }, (_, index) => (index * 37) % 256)
    const back = new Uint8Array(1000)
    fillFromRuns(runsOf(cells), back)
    expect(back).toEqual(cells)
  })

  test('of a window are those of its cells, across the ends of rows', () => {
    // Rows 0 0 1 1 1, 0 1 1 2 2 and 3 3 3 3 3; the window leaves out the first column and the first row.
    const cells = Uint8Array.from([0, 0, 1, 1, 1, 0, 1, 1, 2, 2, 3, 3, 3, 3, 3])
    expect([...runsOfWindow(cells, 5, { left: 1, top: 1, width: 4, height: 2 })]).toEqual([1, 2, 2, 2, 3, 4])
    expect([...runsOfWindow(cells, 5, { left: 2, top: 0, width: 2, height: 2 })]).toEqual([1, 3, 2, 1])
  })

  test.each([
    ['too long', [1, 5]],
    ['too short', [1, 3]],
    ['cut off', [1, 0x84]],
    ['empty', [1, 0]],
  ])('that are %s are refused', (_, runs) => {
    expect(() => fillFromRuns(Uint8Array.from(runs), new Uint8Array(4))).toThrow(RangeError)
  })

  test('are sampled at the middle of each cell', () => {
    const source = Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
    const target = new Uint8Array(4)
    sampleRaster(source, 4, 4, target, 2, 2)
    expect([...target]).toEqual([5, 7, 13, 15])
  })

  test.each([
    [13, 9, 5, 4],
    [13, 9, 13, 9],
    [64, 3, 1, 1],
    [7, 50, 3, 21],
    [5, 5, 4, 5],
    [1, 40, 1, 10],
  ])('of %i × %i pixels give the same %i × %i cells without the pixels', (width, height, columns, rows) => {
    let seed = width * 1000 + height
    const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647
    for (const longest of [1, 3, 20, 400]) {
      const source = new Uint8Array(width * height)
      for (let at = 0; at < source.length; at += 1 + Math.floor(random() * longest)) source.fill(random() * 4, at)
      const target = new Uint8Array(columns * rows)
      sampleRaster(source, width, height, target, columns, rows)
      expect([...sampleRuns(runsOf(source), { width, height }, { columns, rows })]).toEqual([...runsOf(target)])
    }
  })

  test.each([
    ['too long', [1, 5]],
    ['too short', [1, 3]],
    ['cut off', [1, 0x84]],
    ['empty', [1, 0]],
  ])('that are %s are refused when they are sampled, and when they are not', (_, runs) => {
    const pixels = { width: 2, height: 2 }
    for (const cells of [
      { columns: 1, rows: 1 },
      { columns: 2, rows: 2 },
    ]) {
      expect(() => sampleRuns(Uint8Array.from(runs), pixels, cells)).toThrow(RangeError)
    }
  })

  test('keep their proportions when reduced and are never enlarged', () => {
    expect(rasterSize(1000, 500, 100)).toEqual({ columns: 100, rows: 50 })
    expect(rasterSize(30, 20, 100)).toEqual({ columns: 30, rows: 20 })
    expect(rasterSize(10000, 1, 10)).toEqual({ columns: 10, rows: 1 })
  })
})

test('runs end where a look at each cell says, wherever the raster lies in its memory', () => {
  const memory = Uint8Array.from({ length: 400 }, (_, at) => ((at * at) % 97 < 60 ? 255 : at % 3))
  memory.fill(7, 120, 331)
  for (let from = 0; from < 9; from++) {
    for (let to = 390; to < 399; to++) {
      const cells = memory.subarray(from, to)
      const restored = new Uint8Array(cells.length)
      const runs = runsOf(cells)
      fillFromRuns(runs, restored)
      expect(restored).toEqual(cells)
      let changes = 1
      for (let at = 1; at < cells.length; at++) if (cells[at] !== cells[at - 1]) changes++
      // The long run has a length of two bytes.
      expect(runs.length).toBe(2 * changes + 1)
    }
  }
})
