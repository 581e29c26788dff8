import type { DrawnValueOf } from '../../../../core/api/labels.ts'
import { forEachRun, sampleRuns } from '../../../../core/dataset/rasterRuns.ts'
import { bytesOfBase64, drawParts, partWords } from '../../../overlays/rasters.ts'
import { placed, type ImageTransform, type Rectangle } from '../../../overlays/transform.ts'

type PartsShape = DrawnValueOf<'parts'>

/** Most pixels along the longer side of the one picture of many masks. */
const longestSide = 2048
/** As many masks are drawn one by one, with every cell that they have, where the one picture has fewer. */
const mostSingle = 8

/**
 * The part maps of everybody but the chosen person as one picture, made anew when one of them changes: drawing 3,000 masks, or 30 of
 * twelve megapixels, then costs as much as drawing one. Where masks lie over one another the later one shows.
 */
export class OtherMasks {
  #shown: readonly PartsShape[] = []
  #frame: Rectangle = { left: 0, top: 0, width: 1, height: 1 }
  #scale = 1
  #canvas: OffscreenCanvas | null = null

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
    this.#canvas ??= picture(masks, this.#frame, this.#scale)
    const target = placed(this.#frame, transform)
    context.imageSmoothingEnabled = target.width < this.#canvas.width
    context.drawImage(this.#canvas, target.left, target.top, target.width, target.height)
  }

  #take(masks: readonly PartsShape[]): void {
    this.#shown = masks
    this.#canvas = null
    this.#frame = frameOf(masks)
    this.#scale = Math.min(1, longestSide / Math.max(this.#frame.width, this.#frame.height))
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

function picture(masks: readonly PartsShape[], frame: Rectangle, scale: number): OffscreenCanvas {
  const columns = Math.max(1, Math.round(frame.width * scale))
  const rows = Math.max(1, Math.round(frame.height * scale))
  const words = new Uint32Array(columns * rows)
  for (const mask of masks) {
    const left = Math.min(columns - 1, Math.round((mask.left - frame.left) * scale))
    const top = Math.min(rows - 1, Math.round((mask.top - frame.top) * scale))
    // Never more cells than the mask has: it is sampled, not enlarged.
    const across = Math.min(columns - left, mask.columns, Math.max(1, Math.round(mask.width * scale)))
    const down = Math.min(rows - top, mask.rows, Math.max(1, Math.round(mask.height * scale)))
    const cells = { width: mask.columns, height: mask.rows }
    const runs = sampleRuns(bytesOfBase64(mask.runs), cells, { columns: across, rows: down })
    let at = 0
    forEachRun(runs, (part, length) => {
      if (part !== 0) fillCells(words, columns, { left, top, width: across }, at, length, partWords[part])
      at += length
    })
  }
  const canvas = new OffscreenCanvas(columns, rows)
  const image = new ImageData(new Uint8ClampedArray(words.buffer), columns, rows)
  canvas.getContext('2d')?.putImageData(image, 0, 0)
  return canvas
}

/** Fills `length` cells of a window, row by row, from its cell `from` on. */
function fillCells(
  words: Uint32Array,
  columns: number,
  { left, top, width }: { readonly left: number; readonly top: number; readonly width: number },
  from: number,
  length: number,
  word: number,
): void {
  for (let at = from, end = from + length; at < end;) {
    const row = Math.floor(at / width)
    const until = Math.min(end, (row + 1) * width)
    const start = (top + row) * columns + left - row * width
    words.fill(word, start + at, start + until)
    at = until
  }
}
