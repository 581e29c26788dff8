import type { DrawingContext } from './rasters.ts'
import { placed, type ImageTransform } from './transform.ts'

export interface BoxStyle {
  readonly colour: string
  readonly width?: number
  readonly dashed?: boolean
}

/** In pixels of the image. */
export interface DrawnBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Outlines a person's box, with a dark edge so that it shows on any picture. */
export function drawBox(context: DrawingContext, box: DrawnBox, transform: ImageTransform, style: BoxStyle): void {
  drawBoxes(context, [box], transform, style)
}

/** Outlines boxes in one go. Of thousands, dashes would take twenty times as long as all else that is drawn. */
export function drawBoxes(
  context: DrawingContext,
  boxes: readonly DrawnBox[],
  transform: ImageTransform,
  { colour, width = 1.5, dashed = true }: BoxStyle,
): void {
  context.save()
  context.beginPath()
  for (const box of boxes) {
    const place = placed({ left: box.x, top: box.y, width: box.width, height: box.height }, transform)
    context.rect(place.left, place.top, place.width, place.height)
  }
  context.lineWidth = width + 1
  context.strokeStyle = 'rgb(0 0 0 / 0.5)'
  context.stroke()
  context.lineWidth = width
  context.strokeStyle = colour
  if (dashed) context.setLineDash([5, 4])
  context.stroke()
  context.restore()
}
