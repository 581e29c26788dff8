import { visibility, type Joint } from '../label.ts'
import type { PartMask } from './mask.ts'

type Joints = readonly Joint[]

const notAnnotated: Joint = { x: 0, y: 0, v: visibility.notAnnotated }
const absent: Joint = { x: 0, y: 0, v: visibility.absent }

/** A label in which nobody placed anything yet. */
export function noJoints(count: number): Joint[] {
  return Array.from({ length: count }, () => notAnnotated)
}

export function isPlaced(joint: Joint): boolean {
  return joint.v === visibility.visible || joint.v === visibility.hidden
}

/** The next joint in the template's order that nobody annotated, from `after` on and round again; null: there is none. */
export function nextJoint(joints: Joints, after = -1): number | null {
  for (let step = 1; step <= joints.length; step++) {
    const index = (after + step + joints.length) % joints.length
    if (joints[index].v === visibility.notAnnotated) return index
  }
  return null
}

/** Puts a joint at a place of the picture: seen, or with `hidden` known to be there. */
export function placeJoint(joints: Joints, index: number, x: number, y: number, hidden = false): Joint[] {
  return joints.with(index, { x, y, v: hidden ? visibility.hidden : visibility.visible })
}

/** Somebody looked, and the joint cannot be placed. */
export function skipJoint(joints: Joints, index: number): Joint[] {
  return joints.with(index, absent)
}

/** As if nobody had looked. */
export function clearJoint(joints: Joints, index: number): Joint[] {
  return joints.with(index, notAnnotated)
}

/** Moves a placed joint, keeping whether it is seen; one that is not placed becomes visible there. */
export function moveJoint(joints: Joints, index: number, x: number, y: number): Joint[] {
  const { v } = joints[index]
  return joints.with(index, { x, y, v: isPlaced(joints[index]) ? v : visibility.visible })
}

/**
 * Visible → hidden → absent → visible. An absent joint has no place: it comes back at `place`, where it was before or where the
 * pointer is.
 */
export function cycleVisibility(
  joints: Joints,
  index: number,
  place: { readonly x: number; readonly y: number },
): Joint[] {
  const joint = joints[index]
  if (joint.v === visibility.visible) return joints.with(index, { ...joint, v: visibility.hidden })
  if (joint.v === visibility.hidden) return joints.with(index, absent)
  return joints.with(index, { x: place.x, y: place.y, v: visibility.visible })
}

/** Exchanges left and right of the whole person. `flip[j]` is the partner of j, itself for joints of the middle. */
export function swapSides(joints: Joints, flip: readonly number[]): Joint[] {
  return joints.map((_, index) => joints[flip[index] ?? index])
}

/** Exchanges one joint with its partner of the other side. */
export function swapPair(joints: Joints, flip: readonly number[], index: number): Joint[] {
  return exchangeJoints(joints, index, flip[index] ?? index)
}

/** Exchanges two joints: a limb that was placed from the wrong end. */
export function exchangeJoints(joints: Joints, first: number, second: number): Joint[] {
  return joints.with(first, joints[second]).with(second, joints[first])
}

/** The rectangle around the placed joints; null: none is placed. */
export function hullOfJoints(joints: Joints): { x: number; y: number; width: number; height: number } | null {
  const placed = joints.filter(isPlaced)
  if (placed.length === 0) return null
  const xs = placed.map((joint) => joint.x)
  const ys = placed.map((joint) => joint.y)
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}

/** Moves all placed joints. */
export function moveAllJoints(joints: Joints, dx: number, dy: number): Joint[] {
  return joints.map((joint) => (isPlaced(joint) ? { ...joint, x: joint.x + dx, y: joint.y + dy } : joint))
}

/** Scales all placed joints about a fixed point (the hull's opposite corner); factors below 0 mirror and are refused as 0. */
export function scaleAllJoints(
  joints: Joints,
  anchor: { readonly x: number; readonly y: number },
  factorX: number,
  factorY: number,
): Joint[] {
  const [across, down] = [Math.max(0, factorX), Math.max(0, factorY)]
  return joints.map((joint) =>
    isPlaced(joint)
      ? { ...joint, x: anchor.x + (joint.x - anchor.x) * across, y: anchor.y + (joint.y - anchor.y) * down }
      : joint,
  )
}

/** Indices of visible joints that lie on background of the person's part mask, or beyond the picture. */
export function jointsOutsideMask(joints: Joints, mask: PartMask): number[] {
  return joints.flatMap((joint, index) => {
    if (joint.v !== visibility.visible) return []
    const [column, row] = [Math.floor(joint.x), Math.floor(joint.y)]
    if (column < 0 || row < 0 || column >= mask.width || row >= mask.height) return [index]
    return mask.data[row * mask.width + column] === 0 ? [index] : []
  })
}

/** The placed joint nearest to a point, within `reach` pixels; null: none. */
export function nearestJoint(joints: Joints, x: number, y: number, reach: number): number | null {
  let nearest: number | null = null
  let least = reach
  joints.forEach((joint, index) => {
    const distance = isPlaced(joint) ? Math.hypot(joint.x - x, joint.y - y) : Infinity
    if (distance > least) return
    least = distance
    nearest = index
  })
  return nearest
}
