import type { BrowseUnit } from '../../../core/api/browse.ts'
import { gridCrop } from '../../overlays/mediaUrls.ts'

const gap = 8
const padding = 16
const paddingTop = 4
/** Of whole pictures, whose shapes differ: most are landscapes. */
const imageAspect = 4 / 3

/** Where tiles lie, in CSS pixels of the scrolled content. */
export interface GridLayout {
  readonly total: number
  readonly columns: number
  readonly rows: number
  readonly tileWidth: number
  readonly tileHeight: number
  readonly rowHeight: number
  /** Of all rows and what surrounds them. */
  readonly height: number
}

export interface GridShape {
  readonly total: number
  readonly unit: BrowseUnit
  /** Of the viewport, without its scroll bar; 0 while it is not known. */
  readonly width: number
  /** Width of a tile as asked for; what is left over of a row is shared out. */
  readonly tile: number
}

/** Tiles that fill the width. */
export function gridLayout({ total, unit, width, tile }: GridShape): GridLayout {
  const columns = Math.max(1, Math.floor((width - 2 * padding + gap) / (tile + gap)))
  const tileWidth = width === 0 ? tile : Math.floor((width - 2 * padding + gap) / columns) - gap
  const tileHeight = Math.round(tileWidth / (unit === 'people' ? gridCrop.aspect : imageAspect))
  const rowHeight = tileHeight + gap
  const rows = Math.ceil(total / columns)
  return { total, columns, rows, tileWidth, tileHeight, rowHeight, height: paddingTop + rows * rowHeight + padding }
}

export interface TilePlace {
  readonly left: number
  readonly top: number
}

export function placeOf({ columns, tileWidth, rowHeight }: GridLayout, index: number): TilePlace {
  return {
    left: padding + (index % columns) * (tileWidth + gap),
    top: paddingTop + Math.floor(index / columns) * rowHeight,
  }
}

export interface RowRange {
  readonly first: number
  /** Exclusive. */
  readonly end: number
}

/** Rows of which something lies between two heights of the content. */
export function rowsBetween({ rows, rowHeight }: GridLayout, top: number, bottom: number): RowRange {
  const first = Math.min(rows, Math.max(0, Math.floor((top - paddingTop) / rowHeight)))
  return { first, end: Math.max(first, Math.min(rows, Math.ceil((bottom - paddingTop) / rowHeight))) }
}

/** The tile at a point of the content; null between tiles and beyond the last. */
export function tileAt(layout: GridLayout, x: number, y: number): number | null {
  const column = Math.floor((x - padding) / (layout.tileWidth + gap))
  const row = Math.floor((y - paddingTop) / layout.rowHeight)
  const index = row * layout.columns + column
  if (column < 0 || column >= layout.columns || row < 0 || index >= layout.total) return null
  const { left, top } = placeOf(layout, index)
  return x < left + layout.tileWidth && y < top + layout.tileHeight ? index : null
}

export interface Band {
  readonly x: number
  readonly y: number
  readonly toX: number
  readonly toY: number
}

/** Tiles that a rectangle of the content touches, in order. */
export function tilesWithin(layout: GridLayout, band: Band): number[] {
  const { first, end } = rowsBetween(layout, band.y, band.toY)
  const touched: number[] = []
  for (let index = first * layout.columns; index < Math.min(layout.total, end * layout.columns); index++) {
    const { left, top } = placeOf(layout, index)
    const across = left < band.toX && left + layout.tileWidth > band.x
    if (across && top < band.toY && top + layout.tileHeight > band.y) touched.push(index)
  }
  return touched
}

/** The scroll position nearest to the present one at which all of a tile is in sight. */
export function revealingTop(layout: GridLayout, index: number, top: number, viewport: number): number {
  const place = placeOf(layout, index).top
  const lowest = place + layout.rowHeight - viewport
  return Math.max(0, Math.min(Math.max(top, lowest), place - paddingTop))
}
