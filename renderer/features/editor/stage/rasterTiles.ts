import type { ImageTransform, Rectangle } from '../../../overlays/transform.ts'

/** Drawing a picture and then changing it copies it whole: small ones keep that below a millisecond. */
const side = 256

/**
 * A raster at image resolution as pictures of 256 × 256 pixels, of which those without anything in them are not kept: a
 * mask of 12,000 × 9,000 pixels costs what its person covers. A change writes its own rectangle and nothing else.
 */
export class RasterTiles {
  readonly #cells: Uint8Array
  readonly #width: number
  readonly #height: number
  /** RGBA as the little-endian word of ImageData's buffer, by cell. */
  readonly #words: Uint32Array
  readonly #tiles = new Map<number, OffscreenCanvas>()
  readonly #across: number

  /**
   * @param cells [height × width], read again at each `update` @param words 256 colours; 0 is clear
   * @param filled what is not clear lies within it; null: all is
   */
  constructor(cells: Uint8Array, width: number, height: number, words: Uint32Array, filled: Rectangle | null) {
    this.#cells = cells
    this.#width = width
    this.#height = height
    this.#words = words
    this.#across = Math.ceil(width / side)
    if (filled !== null) this.update(filled)
  }

  /** Reads the cells of a rectangle (whole pixels) again. */
  update(changed: Rectangle): void {
    const left = Math.max(0, Math.floor(changed.left))
    const top = Math.max(0, Math.floor(changed.top))
    const right = Math.min(this.#width, Math.ceil(changed.left + changed.width))
    const bottom = Math.min(this.#height, Math.ceil(changed.top + changed.height))
    for (let row = Math.floor(top / side); row * side < bottom; row++) {
      for (let column = Math.floor(left / side); column * side < right; column++) {
        this.#updateTile(column, row, {
          left: Math.max(left, column * side),
          top: Math.max(top, row * side),
          right: Math.min(right, (column + 1) * side),
          bottom: Math.min(bottom, (row + 1) * side),
        })
      }
    }
  }

  #updateTile(
    column: number,
    row: number,
    { left, top, right, bottom }: { left: number; top: number; right: number; bottom: number },
  ): void {
    const width = right - left
    if (width <= 0 || bottom <= top) return
    const pixels = new Uint32Array(width * (bottom - top))
    let anything = 0
    for (let y = top, at = 0; y < bottom; y++) {
      const start = y * this.#width
      for (let x = left; x < right; x++, at++) {
        const word = this.#words[this.#cells[start + x]]
        pixels[at] = word
        anything |= word
      }
    }
    const index = row * this.#across + column
    const known = this.#tiles.get(index)
    if (known === undefined && anything === 0) return
    const canvas = known ?? new OffscreenCanvas(side, side)
    this.#tiles.set(index, canvas)
    const image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, bottom - top)
    canvas.getContext('2d')?.putImageData(image, left - column * side, top - row * side)
  }

  /** Draws what is in sight of a stage of `width` × `height` CSS pixels. */
  draw(
    context: CanvasRenderingContext2D,
    transform: ImageTransform,
    stage: { readonly width: number; readonly height: number; readonly ratio: number },
  ): void {
    // Whole device pixels, or the tiles' seams would show through a half-clear mask.
    const snap = (value: number): number => Math.round(value * stage.ratio) / stage.ratio
    context.imageSmoothingEnabled = transform.scale * stage.ratio < 1
    for (const [index, canvas] of this.#tiles) {
      const column = index % this.#across
      const row = Math.floor(index / this.#across)
      const left = snap(column * side * transform.scale + transform.x)
      const top = snap(row * side * transform.scale + transform.y)
      const right = snap((column + 1) * side * transform.scale + transform.x)
      const bottom = snap((row + 1) * side * transform.scale + transform.y)
      if (right <= 0 || bottom <= 0 || left >= stage.width || top >= stage.height) continue
      context.drawImage(canvas, left, top, right - left, bottom - top)
    }
  }
}
