import type { Box } from './label.ts'

/** Whole pixels of an image. */
export interface PixelWindow {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export interface CropShape {
  /** Room around the box, as a share of its sides. */
  readonly margin: number
  /** Width divided by height that the window should have; null: the box's own. */
  readonly aspect: number | null
}

/**
 * The part of an image that a picture of one person shows: the box with its margin, widened to the aspect where the image
 * has room for it, moved and cut to lie inside the image. Without a box, or with one outside the image: the whole image.
 * The service cuts by it and windows draw labels by it, so that both mean the same pixels.
 */
export function cropWindow(
  box: Box | null,
  image: { readonly width: number; readonly height: number },
  { margin, aspect }: CropShape,
): PixelWindow {
  const whole = { left: 0, top: 0, width: image.width, height: image.height }
  if (box === null || !(box.width > 0 && box.height > 0)) return whole
  const outside = box.x >= image.width || box.y >= image.height || box.x + box.width <= 0 || box.y + box.height <= 0
  if (outside) return whole
  let width = box.width * (1 + 2 * margin)
  let height = box.height * (1 + 2 * margin)
  if (aspect !== null) {
    if (width / height < aspect) width = Math.min(height * aspect, Math.max(width, image.width))
    else height = Math.min(width / aspect, Math.max(height, image.height))
  }
  const horizontal = inside(box.x + box.width / 2, width, image.width)
  const vertical = inside(box.y + box.height / 2, height, image.height)
  return { left: horizontal.start, top: vertical.start, width: horizontal.length, height: vertical.length }
}

/** A stretch of `length` around `centre`, moved into 0 … `limit`, in whole pixels. */
function inside(centre: number, length: number, limit: number): { start: number; length: number } {
  const fitting = Math.min(length, limit)
  const from = Math.min(Math.max(0, centre - fitting / 2), limit - fitting)
  const start = Math.max(0, Math.floor(from))
  const end = Math.min(limit, Math.max(start + 1, Math.ceil(from + fitting)))
  return { start, length: end - start }
}
