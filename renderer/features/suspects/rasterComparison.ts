import type { DrawnValueOf } from '../../../core/api/labels.ts'
import { notAnnotatedPart } from '../../../core/dataset/label.ts'
import { angleBetween, componentOfChannel, isValidNormal } from '../../../core/dataset/normals.ts'
import { bytesOfBase64, partCells } from '../../overlays/rasters.ts'
import { partColour } from '../../overlays/colours.ts'
import type { Rectangle } from '../../overlays/transform.ts'

type Parts = DrawnValueOf<'parts'>
type Depth = DrawnValueOf<'depth'>
type Normals = DrawnValueOf<'normals'>
type Raster = Pick<Parts, 'left' | 'top' | 'width' | 'height' | 'columns' | 'rows'>

export interface Comparison {
  readonly canvas: OffscreenCanvas
  /** The part of the image that the canvas lies over. */
  readonly window: Rectangle
}

/** Most cells along the longer side of a comparison. */
const side = 512

const cellsOf = new WeakMap<Parts, Uint8Array>()

function cells(value: Parts): Uint8Array {
  const known = cellsOf.get(value)
  if (known !== undefined) return known
  const decoded = partCells(value)
  cellsOf.set(value, decoded)
  return decoded
}

/**
 * Segments, in cells of a raster, between cells that differ, as [x0, y0, x1, y1, …] with runs along a line joined. `only`:
 * the outline of that value alone.
 */
export function contourSegments(
  values: ArrayLike<number>,
  columns: number,
  rows: number,
  only: number | null,
): number[] {
  const at = (column: number, row: number): number => {
    const value = column < 0 || row < 0 || column >= columns || row >= rows ? 0 : values[row * columns + column]
    return only === null ? value : value === only ? 1 : 0
  }
  const segments: number[] = []
  for (let row = 0; row <= rows; row++) {
    let start = -1
    for (let column = 0; column <= columns; column++) {
      const differs = column < columns && at(column, row) !== at(column, row - 1)
      if (differs && start < 0) start = column
      if (!differs && start >= 0) {
        segments.push(start, row, column, row)
        start = -1
      }
    }
  }
  for (let column = 0; column <= columns; column++) {
    let start = -1
    for (let row = 0; row <= rows; row++) {
      const differs = row < rows && at(column, row) !== at(column - 1, row)
      if (differs && start < 0) start = row
      if (!differs && start >= 0) {
        segments.push(column, start, column, row)
        start = -1
      }
    }
  }
  return segments
}

const paths = new WeakMap<Parts, Map<number | null, Path2D>>()

/** Outlines of a mask's parts, or of one of them, in the mask's cells; made once a mask. */
export function partContours(value: Parts, only: number | null): Path2D {
  const known = paths.get(value) ?? new Map<number | null, Path2D>()
  paths.set(value, known)
  const made = known.get(only)
  if (made !== undefined) return made
  const path = new Path2D()
  const segments = contourSegments(cells(value), value.columns, value.rows, only)
  for (let i = 0; i < segments.length; i += 4) {
    path.moveTo(segments[i], segments[i + 1])
    path.lineTo(segments[i + 2], segments[i + 3])
  }
  known.set(only, path)
  return path
}

/** Cell of a raster under a point of the image; −1 outside. */
function cellAt(raster: Raster, x: number, y: number): number {
  const column = Math.floor(((x - raster.left) / raster.width) * raster.columns)
  const row = Math.floor(((y - raster.top) / raster.height) * raster.rows)
  return column < 0 || row < 0 || column >= raster.columns || row >= raster.rows ? -1 : row * raster.columns + column
}

function union(a: Raster, b: Raster): Rectangle {
  const [left, top] = [Math.min(a.left, b.left), Math.min(a.top, b.top)]
  return {
    left,
    top,
    width: Math.max(a.left + a.width, b.left + b.width) - left,
    height: Math.max(a.top + a.height, b.top + b.height) - top,
  }
}

/** Colours, cell by cell over both rasters, what `colour` answers for the two cells under it (RGBA word; 0 clear). */
function compare(a: Raster, b: Raster, colour: (cellOfA: number, cellOfB: number) => number): Comparison {
  const window = union(a, b)
  const scale = Math.min(1, side / Math.max(window.width, window.height))
  const columns = Math.max(1, Math.round(window.width * scale))
  const rows = Math.max(1, Math.round(window.height * scale))
  const words = new Uint32Array(columns * rows)
  for (let row = 0; row < rows; row++) {
    const y = window.top + ((row + 0.5) / rows) * window.height
    for (let column = 0; column < columns; column++) {
      const x = window.left + ((column + 0.5) / columns) * window.width
      words[row * columns + column] = colour(cellAt(a, x, y), cellAt(b, x, y))
    }
  }
  const canvas = new OffscreenCanvas(columns, rows)
  const pixels = new ImageData(new Uint8ClampedArray(words.buffer), columns, rows)
  canvas.getContext('2d')?.putImageData(pixels, 0, 0)
  return { canvas, window }
}

type Compared = Parts | Depth | Normals
const comparisons = new WeakMap<Compared, { readonly other: Compared; readonly made: Comparison }>()

function once<Value extends Compared>(given: Value, predicted: Value, make: () => Comparison): Comparison {
  const known = comparisons.get(given)
  if (known?.other === predicted) return known.made
  const made = make()
  comparisons.set(given, { other: predicted, made })
  return made
}

/** Where two masks disagree, in the colour of the predicted part; white where the prediction is background. */
export function differingParts(given: Parts, predicted: Parts): Comparison {
  return once(given, predicted, () => {
    const [of, to] = [cells(given), cells(predicted)]
    return compare(given, predicted, (a, b) => {
      const [part, other] = [a < 0 ? 0 : of[a], b < 0 ? 0 : to[b]]
      if (part === other || part === notAnnotatedPart) return 0
      if (other === 0) return 0xddffffff
      const [red, green, blue] = partColour(other)
      return ((0xee << 24) | (blue << 16) | (green << 8) | red) >>> 0
    })
  })
}

/** The colour of a difference: clear at 0, as strong as it gets from 1 on. */
function redness(share: number): number {
  const alpha = Math.min(235, Math.round(share * 235))
  return ((alpha << 24) | (0x50 << 16) | (0x50 << 8) | 0xff) >>> 0
}

/** How far two depth maps of one scale are apart: clear where they agree, red where they are half the scale apart or more. */
export function differingDepth(given: Depth, predicted: Depth): Comparison {
  return once(given, predicted, () => {
    const [of, to] = [bytesOfBase64(given.levels), bytesOfBase64(predicted.levels)]
    return compare(given, predicted, (a, b) => {
      const [level, other] = [a < 0 ? 0 : of[a], b < 0 ? 0 : to[b]]
      if (level === 0 || other === 0) return 0
      return redness(Math.abs(level - other) / 127)
    })
  })
}

/** Degrees between two directions from which on the difference is drawn at its strongest. */
export const strongestAngle = 60

/** How far two maps of directions are apart: clear where they agree, red from 60° on. */
export function differingNormals(given: Normals, predicted: Normals): Comparison {
  return once(given, predicted, () => {
    const [of, to] = [bytesOfBase64(given.colours), bytesOfBase64(predicted.colours)]
    return compare(given, predicted, (a, b) => {
      const [one, other] = [directionAt(of, a), directionAt(to, b)]
      if (one === null || other === null) return 0
      return redness(angleBetween(...one, ...other) / strongestAngle)
    })
  })
}

/** The direction behind a cell's colour, its length 1; null: invalid or outside. */
function directionAt(colours: Uint8Array, cell: number): [number, number, number] | null {
  if (cell < 0 || !isValidNormal(colours, cell)) return null
  const [x, y, z] = [0, 1, 2].map((axis) => componentOfChannel(colours[3 * cell + axis]))
  const length = Math.hypot(x, y, z)
  return [x / length, y / length, z / length]
}
