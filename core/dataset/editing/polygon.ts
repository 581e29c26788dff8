import { MaskRecorder } from './maskRecorder.ts'
import type { Bounds, MaskPatch, PaintOver, PartMask } from './mask.ts'

/**
 * Paints a closed polygon, even-odd: a pixel belongs to it when a line from the pixel's middle to the left meets its outline
 * an odd number of times; of a middle that lies on the outline, the left and upper edges are inside and the others not, so
 * that polygons side by side share no pixel. pycocotools' rasteriser (core/formats/rle/polygon.ts), which rounds corners to
 * fifths of a pixel, differs from it in pixels of the outline alone.
 * @param corners x, y, x, y … in pixels of the picture, at least three corners; they may lie outside
 * @returns the change, done already; null: it changed nothing
 */
export function fillPolygon(
  mask: PartMask,
  corners: readonly number[],
  part: number,
  over: PaintOver = null,
): MaskPatch | null {
  const recorder = new MaskRecorder(mask)
  const bounds = recorder.touch(boundsOfCorners(corners))
  if (bounds === null || corners.length < 6) return null
  const crossings = rowCrossings(corners, bounds)
  for (let row = 0; row < bounds.height; row++) {
    const places = crossings[row].sort((a, b) => a - b)
    for (let at = 0; at + 1 < places.length; at += 2) {
      const first = Math.max(bounds.left, Math.ceil(places[at] - 0.5))
      const end = Math.min(bounds.left + bounds.width, Math.ceil(places[at + 1] - 0.5))
      const start = (bounds.top + row) * mask.width
      if (end > first) paintRow(mask.data, start + first, start + end, part, over)
    }
  }
  return recorder.finish()
}

/** Makes background of what a polygon covers, of one part or (null) of everything. */
export function subtractPolygon(mask: PartMask, corners: readonly number[], only: PaintOver = null): MaskPatch | null {
  return fillPolygon(mask, corners, 0, only)
}

function paintRow(data: Uint8Array, start: number, end: number, part: number, over: PaintOver): void {
  if (over === null) data.fill(part, start, end)
  else for (let at = start; at < end; at++) if (over[data[at]] !== 0) data[at] = part
}

function boundsOfCorners(corners: readonly number[]): Bounds {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let at = 0; at + 1 < corners.length; at += 2) {
    left = Math.min(left, corners[at])
    right = Math.max(right, corners[at])
    top = Math.min(top, corners[at + 1])
    bottom = Math.max(bottom, corners[at + 1])
  }
  if (!Number.isFinite(left + top + right + bottom)) return { left: -1, top: -1, width: 1, height: 1 }
  const [fromX, fromY] = [Math.floor(left), Math.floor(top)]
  return { left: fromX, top: fromY, width: Math.ceil(right) - fromX || 1, height: Math.ceil(bottom) - fromY || 1 }
}

/** Row of the bounds → where the outline crosses its middle line, in x. */
function rowCrossings(corners: readonly number[], bounds: Bounds): number[][] {
  const rows: number[][] = Array.from({ length: bounds.height }, () => [])
  for (let at = 0; at < corners.length; at += 2) {
    const next = (at + 2) % corners.length
    const downwards = corners[at + 1] < corners[next + 1]
    const [upper, lower] = downwards ? [at, next] : [next, at]
    const [x0, y0, x1, y1] = [corners[upper], corners[upper + 1], corners[lower], corners[lower + 1]]
    const first = Math.max(0, Math.ceil(y0 - 0.5) - bounds.top)
    const end = Math.min(bounds.height, Math.ceil(y1 - 0.5) - bounds.top)
    for (let row = first; row < end; row++) {
      const y = bounds.top + row + 0.5
      rows[row].push(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0))
    }
  }
  return rows
}
