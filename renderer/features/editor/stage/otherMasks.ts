import type { DrawnValueOf } from '../../../../core/api/labels.ts'
import { forEachRun, sampleRuns } from '../../../../core/dataset/rasterRuns.ts'
import { bytesOfBase64, drawParts, partWords } from '../../../overlays/rasters.ts'
import { placed, type ImageTransform, type Rectangle } from '../../../overlays/transform.ts'

type PartsShape = DrawnValueOf<'parts'>

/** Most pixels along the longer side of the one picture of many masks. */
const longestSide = 2048
/** As many masks are drawn one by one, with every cell that they have, where the one picture has fewer. */
const mostSingle = 8
/** As many masks that came or went are mended in the picture; it is made anew where more did. */
const mostMended = 16

/**
 * The part maps of everybody but the chosen person as one picture: drawing 3,000 masks, or 30 of twelve megapixels, then costs as
 * much as drawing one. When some change, or another person is chosen, what lies under those is made anew. Where masks lie over
 * one another the later one shows.
 */
export class OtherMasks {
  #shown: readonly PartsShape[] = []
  #picture: MaskPicture | null = null
  #scale = 1

  /** Draws them into a stage of `width` × `height` pixels. */
  draw(
    context: CanvasRenderingContext2D,
    masks: readonly PartsShape[],
    transform: ImageTransform,
    stage: { readonly width: number; readonly height: number },
  ): void {
    if (!sameMasks(masks, this.#shown)) this.#take(masks)
    if (masks.length === 0) return
    if (this.#scale < 1 && transform.scale > this.#scale) {
      const seen = masks.filter((mask) => isInSight(placed(mask, transform), stage))
      if (seen.length <= mostSingle) {
        for (const mask of seen) drawParts(context, mask, transform, { opacity: 1 })
        return
      }
    }
    this.#picture ??= new MaskPicture(masks, frameOf(masks), this.#scale)
    const { canvas, frame } = this.#picture
    const target = placed(frame, transform)
    context.imageSmoothingEnabled = target.width < canvas.width
    context.drawImage(canvas, target.left, target.top, target.width, target.height)
  }

  #take(masks: readonly PartsShape[]): void {
    const [now, before] = [new Set(masks), new Set(this.#shown)]
    const came = masks.filter((mask) => !before.has(mask))
    const changed = [...came, ...this.#shown.filter((mask) => !now.has(mask))]
    this.#shown = masks
    if (changed.length <= mostMended && this.#picture?.holds(came) === true) {
      for (const mask of changed) this.#picture.mend(mask, masks)
      return
    }
    this.#picture = null
    const { width, height } = frameOf(masks)
    this.#scale = Math.min(1, longestSide / Math.max(width, height))
  }
}

function sameMasks(a: readonly PartsShape[], b: readonly PartsShape[]): boolean {
  return a.length === b.length && a.every((mask, at) => mask === b[at])
}

function isInSight(
  { left, top, width, height }: Rectangle,
  stage: { readonly width: number; readonly height: number },
): boolean {
  return left < stage.width && top < stage.height && left + width > 0 && top + height > 0
}

/** The smallest rectangle around all masks. */
function frameOf(masks: readonly PartsShape[]): Rectangle {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const mask of masks) {
    left = Math.min(left, mask.left)
    top = Math.min(top, mask.top)
    right = Math.max(right, mask.left + mask.width)
    bottom = Math.max(bottom, mask.top + mask.height)
  }
  return { left, top, width: right - left, height: bottom - top }
}

/** A window of the picture of all masks, in its cells. */
interface Window {
  readonly left: number
  readonly top: number
  readonly columns: number
  readonly rows: number
}

/** Many masks as one picture of the cells of a frame; `scale`: cells a pixel of the image. */
class MaskPicture {
  readonly frame: Rectangle
  readonly canvas: OffscreenCanvas
  readonly #scale: number

  constructor(masks: readonly PartsShape[], frame: Rectangle, scale: number) {
    this.frame = frame
    this.#scale = scale
    const columns = Math.max(1, Math.round(frame.width * scale))
    const rows = Math.max(1, Math.round(frame.height * scale))
    this.canvas = new OffscreenCanvas(columns, rows)
    this.#fill({ left: 0, top: 0, columns, rows }, masks)
  }

  /** Whether the masks lie within the frame. */
  holds(masks: readonly PartsShape[]): boolean {
    const { left, top, width, height } = this.frame
    return masks.every(
      (mask) =>
        mask.left >= left &&
        mask.top >= top &&
        mask.left + mask.width <= left + width &&
        mask.top + mask.height <= top + height,
    )
  }

  /** Fills the place of a mask, which came or went, from those that there are now. */
  mend(mask: PartsShape, masks: readonly PartsShape[]): void {
    this.#fill(this.#windowOf(mask), masks)
  }

  #fill(window: Window, masks: readonly PartsShape[]): void {
    const words = new Uint32Array(window.columns * window.rows)
    for (const mask of masks) {
      const place = this.#windowOf(mask)
      if (!isTouching(place, window)) continue
      const cells = { width: mask.columns, height: mask.rows }
      const runs = sampleRuns(bytesOfBase64(mask.runs), cells, place)
      let at = 0
      forEachRun(runs, (part, length) => {
        if (part !== 0) fillCells(words, window, place, at, length, partWords[part])
        at += length
      })
    }
    const image = new ImageData(new Uint8ClampedArray(words.buffer), window.columns, window.rows)
    this.canvas.getContext('2d')?.putImageData(image, window.left, window.top)
  }

  #windowOf(mask: PartsShape): Window {
    const [scale, { width, height }] = [this.#scale, this.canvas]
    const left = Math.min(width - 1, Math.round((mask.left - this.frame.left) * scale))
    const top = Math.min(height - 1, Math.round((mask.top - this.frame.top) * scale))
    // Never more cells than the mask has: it is sampled, not enlarged.
    const columns = Math.min(width - left, mask.columns, Math.max(1, Math.round(mask.width * scale)))
    const rows = Math.min(height - top, mask.rows, Math.max(1, Math.round(mask.height * scale)))
    return { left, top, columns, rows }
  }
}

function isTouching(a: Window, b: Window): boolean {
  return a.left < b.left + b.columns && b.left < a.left + a.columns && a.top < b.top + b.rows && b.top < a.top + a.rows
}

/** Fills what of `length` cells of a mask, row by row from its cell `from` on, lies in a window. */
function fillCells(words: Uint32Array, window: Window, mask: Window, from: number, length: number, word: number): void {
  for (let at = from, end = from + length; at < end;) {
    const row = Math.floor(at / mask.columns)
    const until = Math.min(end, (row + 1) * mask.columns)
    const y = mask.top + row - window.top
    const shift = mask.left - window.left - row * mask.columns
    if (y >= 0 && y < window.rows) {
      const start = y * window.columns
      words.fill(word, start + Math.max(0, at + shift), start + Math.max(0, Math.min(window.columns, until + shift)))
    }
    at = until
  }
}
