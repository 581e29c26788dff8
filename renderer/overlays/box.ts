import type { DrawingContext } from './rasters.ts'
import { placed, type ImageTransform } from './transform.ts'

export interface BoxStyle {
  readonly colour: string
  readonly width?: number
  readonly dashed?: boolean
}

/** Outlines a person's box (image pixels), with a dark edge so that it shows on any picture. */
export function drawBox(
  context: DrawingContext,
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  transform: ImageTransform,
  { colour, width = 1.5, dashed = true }: BoxStyle,
): void {
  const {
    left,
    top,
    width: across,
    height,
  } = placed({ left: box.x, top: box.y, width: box.width, height: box.height }, transform)
  context.save()
  context.lineWidth = width + 1
  context.strokeStyle = 'rgb(0 0 0 / 0.5)'
  context.strokeRect(left, top, across, height)
  context.lineWidth = width
  context.strokeStyle = colour
  if (dashed) context.setLineDash([5, 4])
  context.strokeRect(left, top, across, height)
  context.restore()
}
