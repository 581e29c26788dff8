import { notAnnotatedPart, type PartsValue } from '../label.ts'
import { runEnds } from '../rasterRuns.ts'

/** Part numbers of a whole picture, row-major, a byte a pixel: what the tools of the editor draw into. */
export interface PartMask {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** Whole pixels; never empty. */
export interface Bounds {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** A finished change of a mask: both sides of the touched rectangle, row-major (as napari keeps its strokes). */
export interface MaskPatch {
  readonly bounds: Bounds
  readonly before: Uint8Array
  readonly after: Uint8Array
  /** The new side as runs (maskRuns.ts), where those are to be had without its pixels. */
  readonly runs?: string
}

/** What still reads its pixels from a mask, by the mask's data. */
const readers = new WeakMap<Uint8Array, () => void>()

/** Has `read` called before the mask is written into next: until then nothing of it need be copied. */
export function readBeforeWriting(mask: PartMask, read: () => void): void {
  readers.set(mask.data, read)
}

/** To be called before a mask is written into. */
export function aboutToWrite(mask: PartMask): void {
  readers.get(mask.data)?.()
  readers.delete(mask.data)
}

/** Parts of a mask that a tool may paint over, by part number; null: all. */
export type PaintOver = Uint8Array | null

/** Paints over the background and what nobody annotated, and leaves other parts as they are. */
export function overBackground(): PaintOver {
  return overParts([0, notAnnotatedPart])
}

/** Paints over the given parts alone. */
export function overParts(parts: readonly number[]): PaintOver {
  const over = new Uint8Array(256)
  for (const part of parts) over[part] = 1
  return over
}

export function emptyMask(width: number, height: number): PartMask {
  return { width, height, data: new Uint8Array(width * height) }
}

/** The picture-wide mask of a label; what of its window lies beyond the picture is left out. null: background all over. */
export function maskOfParts(value: PartsValue | null, width: number, height: number): PartMask {
  const mask = emptyMask(width, height)
  if (value === null) return mask
  const from = Math.max(0, value.left)
  const to = Math.min(width, value.left + value.width)
  for (let row = 0; from < to && row < value.height; row++) {
    const y = value.top + row
    if (y < 0 || y >= height) continue
    const start = row * value.width - value.left
    mask.data.set(value.data.subarray(start + from, start + to), y * width + from)
  }
  return mask
}

/** The label of a mask: its smallest window that leaves no part out; one background pixel where there is none. */
export function partsOfMask(mask: PartMask): PartsValue {
  const bounds = boundsOfParts(mask) ?? { left: 0, top: 0, width: 1, height: 1 }
  return { kind: 'parts', ...bounds, data: cutMask(mask, bounds) }
}

/** The smallest rectangle around everything that is not background, or around one part; null: there is nothing. */
export function boundsOfParts(mask: PartMask, part?: number): Bounds | null {
  const { width, height, data } = mask
  let [left, top, right, bottom] = [width, height, -1, -1]
  const clearUntil = part === undefined ? runEnds(data) : null
  for (let y = 0; y < height; y++) {
    const start = y * width
    let first = start
    const end = start + width
    if (clearUntil !== null && data[start] === 0) {
      // Most of a picture is background: it is gone over four pixels at a time, however many rows it goes on for.
      first = clearUntil(start)
      if (first >= end) {
        y = Math.floor(first / width) - 1
        continue
      }
    }
    while (first < end && (part === undefined ? data[first] === 0 : data[first] !== part)) first++
    if (first === end) continue
    let last = end - 1
    while (part === undefined ? data[last] === 0 : data[last] !== part) last--
    left = Math.min(left, first - start)
    right = Math.max(right, last - start)
    top = Math.min(top, y)
    bottom = y
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 }
}

/** The pixels of a rectangle of the mask, row-major. */
function cutMask(mask: PartMask, { left, top, width, height }: Bounds): Uint8Array {
  const cut = new Uint8Array(width * height)
  for (let row = 0; row < height; row++) {
    const start = (top + row) * mask.width + left
    cut.set(mask.data.subarray(start, start + width), row * width)
  }
  return cut
}

/** Writes a rectangle into the mask, in place. */
export function pasteMask(mask: PartMask, { left, top, width, height }: Bounds, pixels: Uint8Array): void {
  aboutToWrite(mask)
  for (let row = 0; row < height; row++) {
    mask.data.set(pixels.subarray(row * width, (row + 1) * width), (top + row) * mask.width + left)
  }
}

/** Does a change (again), in place. */
export function applyPatch(mask: PartMask, patch: MaskPatch): void {
  pasteMask(mask, patch.bounds, patch.after)
}

/** Takes a change back, in place. */
export function revertPatch(mask: PartMask, patch: MaskPatch): void {
  pasteMask(mask, patch.bounds, patch.before)
}

/** The part under a point of the picture; null: outside. */
export function pickPart(mask: PartMask, x: number, y: number): number | null {
  const [column, row] = [Math.floor(x), Math.floor(y)]
  if (column < 0 || row < 0 || column >= mask.width || row >= mask.height) return null
  return mask.data[row * mask.width + column]
}

/** What both cover; null: nothing. */
export function intersection(a: Bounds, b: Bounds): Bounds | null {
  const left = Math.max(a.left, b.left)
  const top = Math.max(a.top, b.top)
  const width = Math.min(a.left + a.width, b.left + b.width) - left
  const height = Math.min(a.top + a.height, b.top + b.height) - top
  return width > 0 && height > 0 ? { left, top, width, height } : null
}

/** The smallest rectangle around both. */
export function union(a: Bounds | null, b: Bounds | null): Bounds | null {
  if (a === null || b === null) return a ?? b
  const left = Math.min(a.left, b.left)
  const top = Math.min(a.top, b.top)
  const width = Math.max(a.left + a.width, b.left + b.width) - left
  const height = Math.max(a.top + a.height, b.top + b.height) - top
  return { left, top, width, height }
}
