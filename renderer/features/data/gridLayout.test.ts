import { describe, expect, test } from 'vitest'
import { gridLayout, placeOf, revealingTop, rowsBetween, tileAt, tilesWithin } from './gridLayout.ts'

// 32 of padding, three tiles of 100 and two gaps of 8 fill 348 pixels; 100 / 0.7 is 143.
const layout = gridLayout({ total: 8, unit: 'people', width: 348, tile: 100 })

describe('the layout of the grid', () => {
  test('shares what is left over of a row out among its tiles', () => {
    expect(layout).toEqual({
      ...{ total: 8, columns: 3, rows: 3, tileWidth: 100, tileHeight: 143, rowHeight: 151 },
      height: 4 + 3 * 151 + 16,
    })
    expect(gridLayout({ total: 8, unit: 'people', width: 378, tile: 100 })).toMatchObject({
      columns: 3,
      tileWidth: 110,
    })
    expect(gridLayout({ total: 8, unit: 'images', width: 348, tile: 100 }).tileHeight).toBe(75)
  })

  test('has one column where not even one tile fits', () => {
    expect(gridLayout({ total: 2, unit: 'people', width: 90, tile: 300 })).toMatchObject({ columns: 1, rows: 2 })
    expect(gridLayout({ total: 2, unit: 'people', width: 0, tile: 112 })).toMatchObject({ columns: 1, tileWidth: 112 })
  })

  test('finds the tile under a point, and none between tiles or after the last', () => {
    expect(placeOf(layout, 5)).toEqual({ left: 16 + 2 * 108, top: 4 + 151 })
    expect(tileAt(layout, 232, 155)).toBe(5)
    expect(tileAt(layout, 331, 297)).toBe(5)
    expect(tileAt(layout, 332, 297)).toBeNull()
    expect(tileAt(layout, 331, 298)).toBeNull()
    expect(tileAt(layout, 15, 10)).toBeNull()
    expect(tileAt(layout, 340, 10)).toBeNull()
    // The ninth place of three rows of three is empty.
    expect(tileAt(layout, 240, 310)).toBeNull()
    expect(tileAt(layout, 130, 310)).toBe(7)
  })

  test('knows the rows in sight', () => {
    expect(rowsBetween(layout, 0, 155)).toEqual({ first: 0, end: 1 })
    expect(rowsBetween(layout, 0, 156)).toEqual({ first: 0, end: 2 })
    expect(rowsBetween(layout, 155, 400)).toEqual({ first: 1, end: 3 })
    expect(rowsBetween(layout, 9000, 9400)).toEqual({ first: 3, end: 3 })
  })

  test('finds what a rubber band touches, also above and below the window', () => {
    expect(tilesWithin(layout, { x: 120, y: 100, toX: 130, toY: 10_000 })).toEqual([1, 4, 7])
    expect(tilesWithin(layout, { x: 110, y: 0, toX: 120, toY: 160 })).toEqual([0, 3])
    expect(tilesWithin(layout, { x: 117, y: 0, toX: 122, toY: 160 })).toEqual([])
  })

  test('scrolls no further than it must to show a tile', () => {
    expect(revealingTop(layout, 1, 0, 200)).toBe(0)
    expect(revealingTop(layout, 4, 0, 200)).toBe(155 + 151 - 200)
    expect(revealingTop(layout, 4, 300, 200)).toBe(151)
    // A viewport lower than a tile shows its beginning.
    expect(revealingTop(layout, 4, 0, 100)).toBe(151)
  })
})
