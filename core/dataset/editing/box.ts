import type { Box } from '../label.ts'

/** Compass names of the eight handles. */
export const boxHandles = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const
export type BoxHandle = (typeof boxHandles)[number]

/** Smallest side of a box, in pixels. */
const smallestBoxSide = 2

interface ImageSize {
  readonly width: number
  readonly height: number
}

/** Where a handle lies. */
export function handlePlace(box: Box, handle: BoxHandle): { x: number; y: number } {
  const x = handle.includes('w') ? box.x : handle.includes('e') ? box.x + box.width : box.x + box.width / 2
  const y = handle.includes('n') ? box.y : handle.includes('s') ? box.y + box.height : box.y + box.height / 2
  return { x, y }
}

/**
 * Drags a handle to a point: its edges follow, the others stay where they are. An edge goes neither beyond the picture (unless
 * it was there before) nor past the opposite one, where it stops `smallestBoxSide` before it.
 */
export function dragHandle(box: Box, handle: BoxHandle, x: number, y: number, image: ImageSize): Box {
  const horizontal = handle.includes('w') ? 'low' : handle.includes('e') ? 'high' : null
  const vertical = handle.includes('n') ? 'low' : handle.includes('s') ? 'high' : null
  const [left, right] = dragEdge(box.x, box.x + box.width, horizontal, x, image.width)
  const [top, bottom] = dragEdge(box.y, box.y + box.height, vertical, y, image.height)
  return { x: left, y: top, width: right - left, height: bottom - top }
}

function dragEdge(low: number, high: number, edge: 'low' | 'high' | null, to: number, size: number): [number, number] {
  if (edge === null) return [low, high]
  const wanted = Math.min(Math.max(size, high), Math.max(Math.min(0, low), to))
  if (edge === 'low') return [Math.min(wanted, high - smallestBoxSide), high]
  return [low, Math.max(wanted, low + smallestBoxSide)]
}

/** Moves a box as it is; at the picture's border it stops, and one that reached beyond comes no further out. */
export function moveBox(box: Box, dx: number, dy: number, image: ImageSize): Box {
  return {
    ...box,
    x: box.x + within(dx, -Math.max(0, box.x), Math.max(0, image.width - box.x - box.width)),
    y: box.y + within(dy, -Math.max(0, box.y), Math.max(0, image.height - box.y - box.height)),
  }
}

function within(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

/** The box between two corners of a drag, inside the picture; null: smaller than a box may be. */
export function drawBox(x0: number, y0: number, x1: number, y1: number, image: ImageSize): Box | null {
  const left = within(Math.min(x0, x1), 0, image.width)
  const right = within(Math.max(x0, x1), 0, image.width)
  const top = within(Math.min(y0, y1), 0, image.height)
  const bottom = within(Math.max(y0, y1), 0, image.height)
  if (right - left < smallestBoxSide || bottom - top < smallestBoxSide) return null
  return { x: left, y: top, width: right - left, height: bottom - top }
}

/** Share of the area of both that they share: 0 … 1. */
export function boxOverlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / (a.width * a.height + b.width * b.height - shared)
}
