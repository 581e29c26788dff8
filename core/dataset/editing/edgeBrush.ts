import { MaskRecorder } from './maskRecorder.ts'
import type { Bounds, MaskPatch, PaintOver, PartMask } from './mask.ts'

/** The picture's pixels as a canvas gives them, RGBA row-major, as large as the mask. */
export type PicturePixels = Uint8ClampedArray | Uint8Array

export interface EdgeBrush {
  readonly radius: number
  readonly part: number
  readonly over: PaintOver
  /** Largest distance of a pixel's colour from the stroke's, 0 … 255: 0 paints one colour, 255 paints like a plain brush. */
  readonly tolerance: number
}

/** To the four neighbours of a pixel. */
const stepsAcross = [1, -1, 0, 0]
const stepsDown = [0, 0, 1, -1]

/** Pixels at the beginning of a stroke whose mean colour is the stroke's, to each side of the pointer. */
const seedReach = 2

/**
 * A brush that stops at edges: at each sample of the pointer the region around it grows, within the brush's disc, over pixels
 * whose colour is like that under the beginning of the stroke.
 */
export class EdgeStroke {
  readonly #recorder: MaskRecorder
  readonly #pixels: PicturePixels
  readonly #brush: EdgeBrush
  readonly #side: number
  /** Sum of the three channels' squared differences: three times the square of their mean one. */
  readonly #farthest: number
  readonly #reached: Uint8Array
  #seed: readonly [number, number, number] | null = null
  #last: readonly [number, number] | null = null

  /** @throws RangeError when the picture is not as large as the mask */
  constructor(mask: PartMask, pixels: PicturePixels, brush: EdgeBrush) {
    if (pixels.length !== mask.data.length * 4) throw new RangeError('a picture of another size than the mask')
    this.#recorder = new MaskRecorder(mask)
    this.#pixels = pixels
    this.#brush = { ...brush, radius: Math.max(0.5, brush.radius) }
    this.#farthest = 3 * brush.tolerance * brush.tolerance
    this.#side = 2 * Math.ceil(this.#brush.radius) + 1
    this.#reached = new Uint8Array(this.#side * this.#side)
  }

  /** Goes on to a point of the picture. @returns the rectangle that may have changed; null: none */
  extend(x: number, y: number): Bounds | null {
    const { width, height } = this.#recorder.mask
    const inside = x >= 0 && y >= 0 && x < width && y < height
    if (this.#seed === null) {
      if (!inside) return null
      this.#seed = this.#meanColour(Math.floor(x), Math.floor(y))
    }
    const [fromX, fromY] = this.#last ?? [x, y]
    this.#last = [x, y]
    // Half a radius apart, the discs leave no gaps.
    const steps = Math.max(1, Math.ceil(Math.hypot(x - fromX, y - fromY) / Math.max(1, this.#brush.radius / 2)))
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
    for (let step = 1; step <= steps; step++) {
      const share = step / steps
      const bounds = this.#dab(fromX + (x - fromX) * share, fromY + (y - fromY) * share, this.#seed)
      if (bounds === null) continue
      left = Math.min(left, bounds.left)
      top = Math.min(top, bounds.top)
      right = Math.max(right, bounds.left + bounds.width)
      bottom = Math.max(bottom, bounds.top + bounds.height)
    }
    return right < left ? null : { left, top, width: right - left, height: bottom - top }
  }

  finish(): MaskPatch | null {
    return this.#recorder.finish()
  }

  cancel(): Bounds | null {
    return this.#recorder.cancel()
  }

  /** Grows from the pixel under the pointer; where that is of another colour, nothing is painted. */
  #dab(x: number, y: number, seed: readonly [number, number, number]): Bounds | null {
    const { mask } = this.#recorder
    const { radius, part, over } = this.#brush
    const [column, row] = [Math.floor(x), Math.floor(y)]
    const reach = (this.#side - 1) / 2
    const bounds = this.#recorder.touch({
      left: column - reach,
      top: row - reach,
      width: this.#side,
      height: this.#side,
    })
    if (bounds === null || column < 0 || row < 0 || column >= mask.width || row >= mask.height) return null
    if (!this.#isLike(row * mask.width + column, seed)) return null
    this.#reached.fill(0)
    const side = this.#side
    const [left, top] = [column - reach, row - reach]
    const reached = this.#reached
    const stack = [column, row]
    reached[reach * side + reach] = 1
    while (stack.length > 0) {
      const atRow = stack.pop() ?? 0
      const atColumn = stack.pop() ?? 0
      const at = atRow * mask.width + atColumn
      if (over === null || over[mask.data[at]] !== 0) mask.data[at] = part
      for (let way = 0; way < 4; way++) {
        const nextColumn = atColumn + stepsAcross[way]
        const nextRow = atRow + stepsDown[way]
        if (nextColumn < 0 || nextRow < 0 || nextColumn >= mask.width || nextRow >= mask.height) continue
        const [dx, dy] = [nextColumn + 0.5 - x, nextRow + 0.5 - y]
        if (dx * dx + dy * dy > radius * radius) continue
        const local = (nextRow - top) * side + nextColumn - left
        if (reached[local] !== 0) continue
        reached[local] = 1
        if (this.#isLike(nextRow * mask.width + nextColumn, seed)) stack.push(nextColumn, nextRow)
      }
    }
    return bounds
  }

  #isLike(pixel: number, seed: readonly [number, number, number]): boolean {
    const at = pixel * 4
    const pixels = this.#pixels
    const red = pixels[at] - seed[0]
    const green = pixels[at + 1] - seed[1]
    const blue = pixels[at + 2] - seed[2]
    return red * red + green * green + blue * blue <= this.#farthest
  }

  #meanColour(column: number, row: number): [number, number, number] {
    const { width, height } = this.#recorder.mask
    const sum = [0, 0, 0]
    let count = 0
    for (let y = Math.max(0, row - seedReach); y <= Math.min(height - 1, row + seedReach); y++) {
      for (let x = Math.max(0, column - seedReach); x <= Math.min(width - 1, column + seedReach); x++) {
        for (let channel = 0; channel < 3; channel++) sum[channel] += this.#pixels[(y * width + x) * 4 + channel]
        count++
      }
    }
    return [sum[0] / count, sum[1] / count, sum[2] / count]
  }
}
