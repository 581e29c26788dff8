import {
  aboutToWrite,
  intersection,
  readBeforeWriting,
  union,
  type Bounds,
  type MaskPatch,
  type PartMask,
} from './mask.ts'
import { cellsOfRuns, windowRuns } from './maskRuns.ts'

/** Side of the squares that are kept: a dab of 200 pixels keeps nine at most, and their rows are long enough to copy fast. */
const tileSide = 256

/**
 * Remembers a mask's pixels as a gesture first touches them, so that the whole gesture becomes one patch and a sample of it
 * costs what it touches, however large the picture is.
 */
export class MaskRecorder {
  readonly mask: PartMask
  readonly #columns: number
  /** Tile number → its pixels before, [tileSide × tileSide], rows of the mask's border cut short. */
  readonly #tiles = new Map<number, Uint8Array>()
  #touched: Bounds | null = null
  readonly #told: boolean
  #changed: { left: number; right: number; top: number; bottom: number } | null = null

  /** @param told whether its owner says what changes (`changed`) */
  constructor(mask: PartMask, { told = false }: { readonly told?: boolean } = {}) {
    aboutToWrite(mask)
    this.mask = mask
    this.#told = told
    this.#columns = Math.ceil(mask.width / tileSide)
  }

  /** To be called before pixels of a rectangle are changed; the part of it that lies in the picture, null for none. */
  touch(bounds: Bounds): Bounds | null {
    const { width, height } = this.mask
    const inside = intersection(bounds, { left: 0, top: 0, width, height })
    if (inside === null) return null
    const [fromColumn, fromRow] = [Math.floor(inside.left / tileSide), Math.floor(inside.top / tileSide)]
    const toColumn = Math.floor((inside.left + inside.width - 1) / tileSide)
    const toRow = Math.floor((inside.top + inside.height - 1) / tileSide)
    for (let row = fromRow; row <= toRow; row++) {
      for (let column = fromColumn; column <= toColumn; column++) this.#keep(column, row)
    }
    this.#touched = union(this.#touched, inside)
    return inside
  }

  /**
   * To be called with the first and last pixel of a row that changed, by whoever can say so: then nothing is compared at the
   * end. It must be said of every change.
   */
  changed(row: number, first: number, last: number): void {
    const known = this.#changed
    if (known === null) this.#changed = { left: first, right: last, top: row, bottom: row }
    else {
      if (first < known.left) known.left = first
      if (last > known.right) known.right = last
      if (row < known.top) known.top = row
      if (row > known.bottom) known.bottom = row
    }
  }

  /** Everything that changed since the beginning, as one patch around it; null: nothing did. */
  finish(): MaskPatch | null {
    const { bounds } = this
    return bounds === null ? null : new RecordedPatch(this, bounds)
  }

  /** The smallest rectangle around what changed; null: nothing did. */
  get bounds(): Bounds | null {
    if (!this.#told) return this.#changedBounds()
    if (this.#changed === null) return null
    const { left, right, top, bottom } = this.#changed
    return { left, top, width: right - left + 1, height: bottom - top + 1 }
  }

  /** The pixels of a rectangle at the beginning, from what they are at the end. */
  before(bounds: Bounds, after: Uint8Array): Uint8Array {
    const before = after.slice()
    for (const [tile, pixels] of this.#tiles) {
      const place = this.#placeOf(tile)
      const shared = intersection(place, bounds)
      if (shared === null) continue
      for (let row = 0; row < shared.height; row++) {
        const from = (shared.top - place.top + row) * tileSide + shared.left - place.left
        const to = (shared.top - bounds.top + row) * bounds.width + shared.left - bounds.left
        before.set(pixels.subarray(from, from + shared.width), to)
      }
    }
    return before
  }

  /** Puts everything back as it was at the beginning. @returns the rectangle that was touched; null: none was */
  cancel(): Bounds | null {
    const { data, width } = this.mask
    for (const [tile, pixels] of this.#tiles) {
      const place = this.#placeOf(tile)
      for (let row = 0; row < place.height; row++) {
        const kept = pixels.subarray(row * tileSide, row * tileSide + place.width)
        data.set(kept, (place.top + row) * width + place.left)
      }
    }
    this.#tiles.clear()
    const touched = this.#touched
    this.#touched = null
    this.#changed = null
    return touched
  }

  #keep(column: number, row: number): void {
    const tile = row * this.#columns + column
    if (this.#tiles.has(tile)) return
    const place = this.#placeOf(tile)
    const pixels = new Uint8Array(tileSide * tileSide)
    for (let line = 0; line < place.height; line++) {
      const start = (place.top + line) * this.mask.width + place.left
      pixels.set(this.mask.data.subarray(start, start + place.width), line * tileSide)
    }
    this.#tiles.set(tile, pixels)
  }

  #placeOf(tile: number): Bounds {
    const left = (tile % this.#columns) * tileSide
    const top = Math.floor(tile / this.#columns) * tileSide
    const { width, height } = this.mask
    return { left, top, width: Math.min(tileSide, width - left), height: Math.min(tileSide, height - top) }
  }

  #changedBounds(): Bounds | null {
    const { data, width } = this.mask
    let [left, top, right, bottom] = [Infinity, Infinity, -1, -1]
    for (const [tile, pixels] of this.#tiles) {
      const place = this.#placeOf(tile)
      for (let row = 0; row < place.height; row++) {
        const start = (place.top + row) * width + place.left
        const kept = row * tileSide
        // Of a row that is in already, only what would make it longer is looked at.
        const known = place.top + row >= top && place.top + row <= bottom
        const until = known ? Math.min(place.width, left - place.left) : place.width
        const downTo = known ? Math.max(-1, right - place.left) : -1
        let first = 0
        while (first < until && data[start + first] === pixels[kept + first]) first++
        let last = place.width - 1
        while (last > downTo && data[start + last] === pixels[kept + last]) last--
        if (first >= until) first = Infinity
        if (last <= downTo) last = -Infinity
        if (first === Infinity && last === -Infinity) continue
        left = Math.min(left, place.left + first)
        right = Math.max(right, place.left + last)
        top = Math.min(top, place.top + row)
        bottom = Math.max(bottom, place.top + row)
      }
    }
    return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 }
  }
}

/**
 * What a gesture did. Its new side stands in the mask and is not copied, which for a stroke over a large picture would take
 * longer than a frame may; it is packed when it is asked for, or when the mask is about to be written into.
 */
class RecordedPatch implements MaskPatch {
  readonly bounds: Bounds
  readonly #recorder: MaskRecorder
  #runs: string | null = null

  constructor(recorder: MaskRecorder, bounds: Bounds) {
    this.#recorder = recorder
    this.bounds = bounds
    readBeforeWriting(recorder.mask, () => void this.runs)
  }

  get runs(): string {
    this.#runs ??= windowRuns(this.#recorder.mask, this.bounds)
    return this.#runs
  }

  get after(): Uint8Array {
    return cellsOfRuns({ ...this.bounds, runs: this.runs })
  }

  get before(): Uint8Array {
    return this.#recorder.before(this.bounds, this.after)
  }
}
