import type { Point, Viewport } from './viewport.ts'

/** Draws lines through a point of the image, from border to border of the stage. */
export function paintCrosshair(context: CanvasRenderingContext2D, viewport: Viewport, at: Point): void {
  const { x, y } = viewport.toStage(at)
  context.save()
  for (const [style, dash] of [
    ['rgb(0 0 0 / 0.6)', []],
    ['rgb(255 255 255 / 0.75)', [6, 6]],
  ] as const) {
    context.strokeStyle = style
    context.setLineDash(dash)
    context.beginPath()
    context.moveTo(0, y)
    context.lineTo(viewport.width, y)
    context.moveTo(x, 0)
    context.lineTo(x, viewport.height)
    context.stroke()
  }
  context.restore()
}
