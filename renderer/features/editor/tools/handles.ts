import { boxHandles, handlePlace, type BoxHandle } from '../../../../core/dataset/editing/box.ts'
import type { Box } from '../../../../core/dataset/label.ts'
import type { Point, Viewport } from '../stage/viewport.ts'
import type { ToolCanvas } from './tool.ts'

const reach = 9
const side = 8

export const handleCursors: Readonly<Record<BoxHandle, string>> = {
  nw: 'nwse-resize',
  n: 'ns-resize',
  ne: 'nesw-resize',
  e: 'ew-resize',
  se: 'nwse-resize',
  s: 'ns-resize',
  sw: 'nesw-resize',
  w: 'ew-resize',
}

/** The handle of a box under a point of the stage, corners before sides; null: none. */
export function handleAt(box: Box, viewport: Viewport, at: Point): BoxHandle | null {
  const near = boxHandles.filter((handle) => {
    const place = viewport.toStage(handlePlace(box, handle))
    return Math.max(Math.abs(place.x - at.x), Math.abs(place.y - at.y)) <= reach
  })
  return near.find((handle) => handle.length === 2) ?? near.at(0) ?? null
}

/** Whether a point of the stage lies on a box's border: what a box is moved by, since people overlap inside. */
export function isOnBorder(box: Box, viewport: Viewport, at: Point, width = 5): boolean {
  const from = viewport.toStage(box)
  const to = viewport.toStage({ x: box.x + box.width, y: box.y + box.height })
  const within = (slack: number): boolean =>
    at.x >= from.x - slack && at.x <= to.x + slack && at.y >= from.y - slack && at.y <= to.y + slack
  return within(width) && !within(-width)
}

export function isInside(box: Box, at: Point): boolean {
  return at.x >= box.x && at.y >= box.y && at.x <= box.x + box.width && at.y <= box.y + box.height
}

/** Draws a box's outline and its eight handles. */
export function drawHandles({ context, viewport }: ToolCanvas, box: Box, colour: string, dashed: boolean): void {
  const from = viewport.toStage(box)
  const { scale } = viewport.transform
  context.save()
  for (const [style, width] of [
    ['rgb(0 0 0 / 0.55)', 3],
    [colour, 1.5],
  ] as const) {
    context.strokeStyle = style
    context.lineWidth = width
    if (dashed) context.setLineDash([6, 4])
    context.strokeRect(from.x, from.y, box.width * scale, box.height * scale)
  }
  context.setLineDash([])
  for (const handle of boxHandles) {
    const place = viewport.toStage(handlePlace(box, handle))
    context.fillStyle = '#fff'
    context.strokeStyle = colour
    context.beginPath()
    context.roundRect(place.x - side / 2, place.y - side / 2, side, side, 2)
    context.fill()
    context.stroke()
  }
  context.restore()
}
