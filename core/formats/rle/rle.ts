import { MendError } from '../../dataset/mendError.ts'

/**
 * A binary mask as COCO stores it: run lengths down the columns (column-major), alternating zeros and ones and
 * beginning with the zeros (a first run of 0 when the top-left pixel is set). The runs sum to height × width.
 */
export interface Rle {
  readonly height: number
  readonly width: number
  readonly counts: Uint32Array
}

/** A row-major raster that covers part of an image; `left` and `top` are image pixels. */
export interface Window {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

export interface PixelBox {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Largest height × width of a mask: nothing is allocated for claims beyond it. */
export const maxMaskPixels = 2 ** 27

export function rleCorrupt(detail: string): MendError {
  return new MendError('rle-corrupt', `not a mask in run lengths: ${detail}`, 'Export this annotation again.')
}

/** @throws MendError `rle-corrupt` unless both sides are positive integers and the area is at most `maxMaskPixels`. */
export function checkMaskSize(height: number, width: number): void {
  if (!Number.isInteger(height) || !Number.isInteger(width) || height < 1 || width < 1) {
    throw rleCorrupt(`size ${height}×${width} (height × width)`)
  }
  if (height * width > maxMaskPixels) {
    throw rleCorrupt(`size ${height}×${width} is more than ${maxMaskPixels} pixels`)
  }
}

/**
 * Checks runs that a file claims.
 * @throws MendError `rle-corrupt` when a run is no whole number ≥ 0 or the runs do not sum to height × width.
 */
export function rleFromCounts(counts: ArrayLike<number>, height: number, width: number): Rle {
  checkMaskSize(height, width)
  const area = height * width
  // Runs of length 0 are legal, but more runs than pixels need an allocation that no mask needs.
  if (counts.length > 2 * area + 2) throw rleCorrupt(`${counts.length} runs for ${area} pixels`)
  const checked = new Uint32Array(counts.length)
  let sum = 0
  for (let i = 0; i < counts.length; i++) {
    const run = counts[i]
    if (!Number.isInteger(run) || run < 0 || run > area) throw rleCorrupt(`run ${i} is ${String(run).slice(0, 40)}`)
    checked[i] = run
    sum += run
  }
  if (sum !== area) throw rleCorrupt(`the runs sum to ${sum}, not ${height}×${width} = ${area}`)
  return { height, width, counts: checked }
}

/** Collects runs of a mask that is walked in column-major order. */
class RunCollector {
  #counts = new Uint32Array(64)
  #length = 0
  #position = 0
  #on = false
  #runStart = 0

  /** The pixels from `start` up to `end` (column-major positions, ascending between calls) are set. */
  addSet(start: number, end: number): void {
    if (start >= end) return
    if (start > this.#position) this.#switch(false, this.#position)
    this.#switch(true, start)
    this.#position = end
  }

  finish(area: number): Uint32Array {
    if (area > this.#position) this.#switch(false, this.#position)
    this.#push(area - this.#runStart)
    return this.#counts.slice(0, this.#length)
  }

  #switch(on: boolean, at: number): void {
    if (this.#on === on) return
    this.#push(at - this.#runStart)
    this.#runStart = at
    this.#on = on
  }

  #push(run: number): void {
    if (this.#length === this.#counts.length) {
      const grown = new Uint32Array(2 * this.#length)
      grown.set(this.#counts)
      this.#counts = grown
    }
    this.#counts[this.#length++] = run
  }
}

/**
 * The pixels of a window that `matches` accepts, as a mask of the whole image (`height` × `width`). The part of the
 * window outside the image is left out.
 */
export function rleFromWindow(window: Window, height: number, width: number, matches: (value: number) => boolean): Rle {
  checkMaskSize(height, width)
  const accepted = Uint8Array.from({ length: 256 }, (_, value) => (matches(value) ? 1 : 0))
  const runs = new RunCollector()
  const firstRow = Math.max(0, -window.top)
  const lastRow = Math.min(window.height, height - window.top)
  const lastColumn = Math.min(window.width, width - window.left)
  for (let column = Math.max(0, -window.left); column < lastColumn; column++) {
    const base = (window.left + column) * height + window.top
    for (let row = firstRow; row < lastRow; row++) {
      if (accepted[window.data[row * window.width + column]] === 0) continue
      let end = row + 1
      while (end < lastRow && accepted[window.data[end * window.width + column]] === 1) end++
      runs.addSet(base + row, base + end)
      row = end
    }
  }
  return { height, width, counts: runs.finish(height * width) }
}

/** Non-zero pixels of a row-major mask of the whole image. */
export function rleFromMask(data: Uint8Array, height: number, width: number): Rle {
  return rleFromWindow({ left: 0, top: 0, width, height, data }, height, width, (value) => value !== 0)
}

/** Number of set pixels. */
export function rleArea(rle: Rle): number {
  let area = 0
  for (let i = 1; i < rle.counts.length; i += 2) area += rle.counts[i]
  return area
}

/** The smallest box around the set pixels; null when none is set. */
export function rleBox(rle: Rle): PixelBox | null {
  const { height, counts } = rle
  let position = 0
  let left = Infinity
  let right = -1
  let top = Infinity
  let bottom = -1
  for (let i = 0; i < counts.length; i++) {
    const run = counts[i]
    if (i % 2 === 1 && run > 0) {
      const last = position + run - 1
      const firstColumn = Math.floor(position / height)
      const lastColumn = Math.floor(last / height)
      left = Math.min(left, firstColumn)
      right = Math.max(right, lastColumn)
      // A run that goes on into the next column touches the image's bottom and its top.
      top = firstColumn === lastColumn ? Math.min(top, position % height) : 0
      bottom = firstColumn === lastColumn ? Math.max(bottom, last % height) : height - 1
    }
    position += run
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 }
}

/** Sets `target` to `value` wherever the mask is set and the window lies over it. */
export function paintRle(rle: Rle, target: Window, value: number): void {
  const { height, counts } = rle
  const bottom = target.top + target.height
  let position = 0
  for (let i = 0; i < counts.length; i++) {
    const end = position + counts[i]
    if (i % 2 === 1) {
      while (position < end) {
        const column = Math.floor(position / height)
        const columnStart = column * height
        const columnEnd = Math.min(end, columnStart + height)
        const x = column - target.left
        if (x >= 0 && x < target.width) {
          const lastRow = Math.min(bottom, columnEnd - columnStart)
          for (let row = Math.max(target.top, position - columnStart); row < lastRow; row++) {
            target.data[(row - target.top) * target.width + x] = value
          }
        }
        position = columnEnd
      }
    }
    position = end
  }
}

/** The mask as a row-major raster of zeros and ones, `height × width`. */
export function rleToMask(rle: Rle): Uint8Array {
  const data = new Uint8Array(rle.height * rle.width)
  paintRle(rle, { left: 0, top: 0, width: rle.width, height: rle.height, data }, 1)
  return data
}
