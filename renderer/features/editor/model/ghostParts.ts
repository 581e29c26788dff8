import type { DrawnValueOf } from '../../../../core/api/labels.ts'
import { partCells } from '../../../overlays/rasters.ts'

// Looked up with every move of the pointer: decoded once.
const decoded = new WeakMap<DrawnValueOf<'parts'>, Uint8Array>()

/** The part that a map has at a place of the image; background beyond its window. */
export function partAt(value: DrawnValueOf<'parts'>, x: number, y: number): number {
  const column = Math.floor(((x - value.left) / value.width) * value.columns)
  const row = Math.floor(((y - value.top) / value.height) * value.rows)
  if (column < 0 || row < 0 || column >= value.columns || row >= value.rows) return 0
  const known = decoded.get(value)
  const cells = known ?? partCells(value)
  if (known === undefined) decoded.set(value, cells)
  return cells[row * value.columns + column]
}
