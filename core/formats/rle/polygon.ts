import { checkMaskSize, rleCorrupt, type Rle } from './rle.ts'

/** Boundary points are laid on a grid this many times finer than the pixels. */
const upsampling = 5
/** How much outline may still be walked, in fine points: bounds the time that hostile polygons can take. */
export interface OutlineBudget {
  points: number
}

/** A polygon's own limit, where none is given. */
const maxOutlinePoints = 2 ** 24

/**
 * Rasterises one closed polygon exactly as pycocotools does (maskApi `rleFrPoly`): its corners are rounded on a 5× finer
 * grid, the edges walked there point by point, every change of column gives one crossing of the pixel columns, and the
 * sorted crossings are the runs. Coordinates are image pixels, `[x0, y0, x1, y1, …]`, and may lie outside the image.
 * @throws MendError `rle-corrupt` for fewer than 3 corners, an odd count, and numbers that are not finite or absurd.
 */
export function rleFromPolygon(
  polygon: readonly number[],
  height: number,
  width: number,
  budget: OutlineBudget = { points: maxOutlinePoints },
): Rle {
  checkMaskSize(height, width)
  const corners = fineCorners(polygon, budget)
  const crossings = columnCrossings(corners, height, width)
  crossings.push(height * width)
  return { height, width, counts: runsBetween(Uint32Array.from(crossings).sort()) }
}

interface Corners {
  readonly x: Int32Array
  readonly y: Int32Array
}

/** The corners on the fine grid, the first repeated at the end. */
function fineCorners(polygon: readonly number[], budget: OutlineBudget): Corners {
  const corners = polygon.length / 2
  if (!Number.isInteger(corners) || corners < 3) throw rleCorrupt(`a polygon of ${polygon.length} numbers`)
  const x = new Int32Array(corners + 1)
  const y = new Int32Array(corners + 1)
  for (let j = 0; j <= corners; j++) {
    const source = 2 * (j % corners)
    for (const value of [polygon[source], polygon[source + 1]]) {
      if (!(Math.abs(value) < 1e7)) throw rleCorrupt(`a polygon with the coordinate ${value}`)
    }
    x[j] = Math.trunc(upsampling * polygon[source] + 0.5)
    y[j] = Math.trunc(upsampling * polygon[source + 1] + 0.5)
    if (j > 0) budget.points -= Math.max(Math.abs(x[j] - x[j - 1]), Math.abs(y[j] - y[j - 1])) + 1
    if (budget.points < 0) throw rleCorrupt('a polygon with an outline of millions of pixels')
  }
  return { x, y }
}

/** Column-major positions at which the inside begins or ends, in the order of the outline. */
function columnCrossings(corners: Corners, height: number, width: number): number[] {
  const crossings: number[] = []
  let previousU = 0
  let previousV = 0
  let first = true
  const visit = (u: number, v: number): void => {
    if (!first && u !== previousU) {
      const column = ((u < previousU ? u : u - 1) + 0.5) / upsampling - 0.5
      if (Number.isInteger(column) && column >= 0 && column <= width - 1) {
        const row = (Math.min(v, previousV) + 0.5) / upsampling - 0.5
        crossings.push(column * height + Math.ceil(Math.min(Math.max(row, 0), height)))
      }
    }
    previousU = u
    previousV = v
    first = false
  }
  for (let j = 0; j + 1 < corners.x.length; j++) {
    walkEdge(corners.x[j], corners.y[j], corners.x[j + 1], corners.y[j + 1], visit)
  }
  return crossings
}

/** Visits the fine points of an edge from its start to its end; always computed left to right (or top to bottom). */
function walkEdge(x0: number, y0: number, x1: number, y1: number, visit: (u: number, v: number) => void): void {
  const dx = Math.abs(x1 - x0)
  const dy = Math.abs(y1 - y0)
  const flip = dx >= dy ? x0 > x1 : y0 > y1
  const xs = flip ? x1 : x0
  const xe = flip ? x0 : x1
  const ys = flip ? y1 : y0
  const ye = flip ? y0 : y1
  if (dx === 0 && dy === 0) return visit(xs, ys)
  const slope = dx >= dy ? (ye - ys) / dx : (xe - xs) / dy
  for (let d = 0; d <= Math.max(dx, dy); d++) {
    const t = flip ? Math.max(dx, dy) - d : d
    if (dx >= dy) visit(t + xs, Math.trunc(ys + slope * t + 0.5))
    else visit(Math.trunc(xs + slope * t + 0.5), t + ys)
  }
}

/** Run lengths between sorted positions; two crossings at one position cancel out. */
function runsBetween(positions: Uint32Array): Uint32Array {
  const gaps: number[] = []
  let previous = 0
  for (const position of positions) {
    gaps.push(position - previous)
    previous = position
  }
  const runs = [gaps[0]]
  for (let j = 1; j < gaps.length;) {
    if (gaps[j] > 0) runs.push(gaps[j++])
    else {
      j++
      if (j < gaps.length) runs[runs.length - 1] += gaps[j++]
    }
  }
  return Uint32Array.from(runs)
}
