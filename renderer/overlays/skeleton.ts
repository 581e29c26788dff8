import type { DrawnValueOf, TaskView } from '../../core/api/labels.ts'
import { visibility } from '../../core/dataset/label.ts'
import { limbSide, sideOf, type OverlayTheme, type Side } from './colours.ts'
import type { DrawingContext } from './rasters.ts'
import type { ImageTransform } from './transform.ts'

type KeypointsShape = DrawnValueOf<'keypoints'>
export type KeypointsTask = Extract<TaskView['schema'], { kind: 'keypoints' }>

export interface SkeletonStyle {
  readonly theme: OverlayTheme
  /** Width of limbs in canvas pixels; joints are drawn in proportion. */
  readonly limb: number
  /** One colour for all limbs, to tell given from predicted where both are shown; missing: by side. */
  readonly colour?: string
  /** Index of a joint to ring; −1 or missing: none. */
  readonly ringed?: number
  readonly opacity?: number
}

interface Point {
  readonly x: number
  readonly y: number
}

/** Whether a joint has a place: visible or hidden, and finite. */
export function isPlaced(joint: readonly [number, number, number]): boolean {
  const [x, y, v] = joint
  return (v === visibility.visible || v === visibility.hidden) && Number.isFinite(x) && Number.isFinite(y)
}

interface SkeletonSides {
  readonly joints: readonly Side[]
  readonly limbs: readonly Side[]
}

// Sides come of matching names, which is too slow for a hundred tiles a frame.
const sidesOfTask = new WeakMap<KeypointsTask, SkeletonSides>()

function sidesOf(task: KeypointsTask): SkeletonSides {
  const known = sidesOfTask.get(task)
  if (known !== undefined) return known
  const sides = {
    joints: task.joints.map(sideOf),
    limbs: task.edges.map(([a, b]) => limbSide(task.joints[a] ?? '', task.joints[b] ?? '')),
  }
  sidesOfTask.set(task, sides)
  return sides
}

/** Draws limbs, left orange and right blue, and joints: filled when visible, hollow when hidden. */
export function drawSkeleton(
  context: DrawingContext,
  value: KeypointsShape,
  task: KeypointsTask,
  transform: ImageTransform,
  style: SkeletonStyle,
): void {
  const points = value.joints.map((joint): Point | null =>
    isPlaced(joint)
      ? { x: joint[0] * transform.scale + transform.x, y: joint[1] * transform.scale + transform.y }
      : null,
  )
  context.save()
  context.globalAlpha *= style.opacity ?? 1
  context.lineCap = 'round'
  const sides = sidesOf(task)
  drawLimbs(context, points, task, sides, style)
  drawJoints(context, points, value, sides, style)
  const ringed = style.ringed === undefined ? null : (points[style.ringed] ?? null)
  if (ringed !== null) ring(context, ringed, style)
  context.restore()
}

function drawLimbs(
  context: DrawingContext,
  points: readonly (Point | null)[],
  task: KeypointsTask,
  sides: SkeletonSides,
  { theme, limb, colour }: SkeletonStyle,
): void {
  const strokes: { readonly width: number; readonly style: (side: Side) => string }[] = [
    // A dark edge keeps light limbs visible on light clothes.
    { width: limb + 1.5, style: () => 'rgb(0 0 0 / 0.45)' },
    { width: limb, style: (side) => colour ?? theme[side] },
  ]
  for (const { width, style } of strokes) {
    context.lineWidth = width
    task.edges.forEach(([a, b], edge) => {
      const [from, to] = [points[a] ?? null, points[b] ?? null]
      if (from === null || to === null) return
      context.strokeStyle = style(sides.limbs[edge])
      context.beginPath()
      context.moveTo(from.x, from.y)
      context.lineTo(to.x, to.y)
      context.stroke()
    })
  }
}

function drawJoints(
  context: DrawingContext,
  points: readonly (Point | null)[],
  value: KeypointsShape,
  sides: SkeletonSides,
  { theme, limb, colour }: SkeletonStyle,
): void {
  const radius = limb + 0.4
  context.lineWidth = Math.max(1, limb * 0.6)
  points.forEach((point, joint) => {
    if (point === null) return
    const side = colour ?? theme[sides.joints[joint] ?? 'middle']
    const hidden = value.joints[joint][2] === visibility.hidden
    context.beginPath()
    context.arc(point.x, point.y, radius, 0, 2 * Math.PI)
    context.fillStyle = hidden ? 'rgb(0 0 0 / 0.7)' : '#fff'
    context.strokeStyle = side
    context.fill()
    context.stroke()
  })
}

function ring(context: DrawingContext, point: Point, { theme, limb }: SkeletonStyle): void {
  for (const [width, colour] of [
    [limb + 2, 'rgb(0 0 0 / 0.6)'],
    [limb, theme.alarm],
  ] as const) {
    context.lineWidth = width
    context.strokeStyle = colour
    context.beginPath()
    context.arc(point.x, point.y, limb * 4.5 + 3, 0, 2 * Math.PI)
    context.stroke()
  }
}

/** The placed joint nearest to a point of the canvas within `reach` canvas pixels; −1: none. */
export function jointAt(
  value: KeypointsShape,
  transform: ImageTransform,
  point: { readonly x: number; readonly y: number },
  reach: number,
): number {
  let best = -1
  let least = reach
  value.joints.forEach((joint, index) => {
    if (!isPlaced(joint)) return
    const away = Math.hypot(
      joint[0] * transform.scale + transform.x - point.x,
      joint[1] * transform.scale + transform.y - point.y,
    )
    if (away <= least) [best, least] = [index, away]
  })
  return best
}
