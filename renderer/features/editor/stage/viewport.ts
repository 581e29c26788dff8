import { fitTransform, zoomedAbout, type ImageTransform, type Rectangle } from '../../../overlays/transform.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

const leastScale = 0.01
const mostScale = 64
const margin = 24
/** Room for the line of keys at the bottom. */
const bottomMargin = 64

/**
 * What of the image is in sight: `transform` takes image pixels to CSS pixels of the stage. Tells whoever listens of each
 * change; plain numbers, nothing reactive.
 */
export class Viewport {
  #transform: ImageTransform = { scale: 1, x: 0, y: 0 }
  #width = 0
  #height = 0
  readonly #changed: () => void

  constructor(changed: () => void) {
    this.#changed = changed
  }

  get transform(): ImageTransform {
    return this.#transform
  }

  get width(): number {
    return this.#width
  }

  get height(): number {
    return this.#height
  }

  /** A new size keeps the point in the middle where it is. */
  resize(width: number, height: number): void {
    const { scale, x, y } = this.#transform
    this.#transform = { scale, x: x + (width - this.#width) / 2, y: y + (height - this.#height) / 2 }
    this.#width = width
    this.#height = height
    this.#changed()
  }

  /** Shows a window of the image as large as it fits. */
  fit(window: Rectangle): void {
    if (window.width <= 0 || window.height <= 0 || this.#width <= 2 * margin || this.#height <= margin + bottomMargin)
      return
    const target = {
      left: margin,
      top: margin,
      width: this.#width - 2 * margin,
      height: this.#height - margin - bottomMargin,
    }
    const fitted = fitTransform(window, target)
    this.#transform = fitted
    if (fitted.scale > mostScale) this.zoom(mostScale / fitted.scale)
    else this.#changed()
  }

  /** Zooms about a point of the stage; about its middle when none is given. */
  zoom(factor: number, at: Point = { x: this.#width / 2, y: this.#height / 2 }): void {
    const wanted = Math.min(mostScale, Math.max(leastScale, this.#transform.scale * factor))
    this.#transform = zoomedAbout(this.#transform, at, wanted / this.#transform.scale)
    this.#changed()
  }

  pan(x: number, y: number): void {
    const { scale, x: left, y: top } = this.#transform
    this.#transform = { scale, x: left + x, y: top + y }
    this.#changed()
  }

  /** Whether a window of the image stands on the stage as a whole. */
  shows({ x, y, width, height }: Point & { readonly width: number; readonly height: number }): boolean {
    const from = this.toStage({ x, y })
    const to = this.toStage({ x: x + width, y: y + height })
    return from.x >= 0 && from.y >= 0 && to.x <= this.#width && to.y <= this.#height
  }

  /** Image pixels under a point of the stage. */
  toImage({ x, y }: Point): Point {
    const { scale, x: left, y: top } = this.#transform
    return { x: (x - left) / scale, y: (y - top) / scale }
  }

  /** Where a point of the image stands on the stage. */
  toStage({ x, y }: Point): Point {
    const { scale, x: left, y: top } = this.#transform
    return { x: x * scale + left, y: y * scale + top }
  }
}
