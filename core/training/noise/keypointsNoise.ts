import { visibility } from '../../dataset/label.ts'
import type { Random } from '../../synthetic/random.ts'
import type { NoiseFrame } from './kinds.ts'

/** `joint`: displacement over the larger side of the labelled joints' bounding box. */
export const jointShareOfPerson = 0.1
/** `joint20`: displacement over the crop's height (methods.md 7, the table measured on LSP-extended). */
export const jointShareOfCrop = 0.2

/** Rows are [J,3]: x, y in pixels and visibility. */
function isPlaced(row: Float32Array, joint: number): boolean {
  const state = row[3 * joint + 2]
  return state === visibility.visible || state === visibility.hidden
}

/**
 * The labelled joints (visible or hidden) exchange their places by a random permutation without fixed points; a place
 * keeps its visibility, so the (x, y, v) triples move as one.
 * @returns the new row, or null with fewer than two labelled joints.
 */
export function derangeJoints(row: Float32Array, random: Random): Float32Array | null {
  const placed = placedJoints(row)
  if (placed.length < 2) return null
  const deranged = row.slice()
  random.derangement(placed.length).forEach((to, from) => copyJoint(row, placed[from], deranged, placed[to]))
  return deranged
}

/**
 * Left and right exchanged by the schema's flip table, unlabelled joints with them.
 * @returns the new row, or null when no pair has both sides labelled: there the exchange has no wrong side to show.
 */
export function swapSides(row: Float32Array, flip: readonly number[]): Float32Array | null {
  const swappable = flip.some((other, joint) => other > joint && isPlaced(row, joint) && isPlaced(row, other))
  if (!swappable) return null
  const swapped = row.slice()
  flip.forEach((other, joint) => copyJoint(row, joint, swapped, other))
  return swapped
}

/**
 * One visible joint inside the crop moves by `distance` pixels in a random direction that keeps it inside where one out
 * of 64 draws does.
 * @returns the new row, or null when no visible joint lies in the crop or the distance is not positive.
 */
export function moveJoint(row: Float32Array, distance: number, frame: NoiseFrame, random: Random): Float32Array | null {
  const candidates = placedJoints(row).filter(
    (joint) => row[3 * joint + 2] === visibility.visible && isInside(row[3 * joint], row[3 * joint + 1], frame),
  )
  if (candidates.length === 0 || !(distance > 0)) return null
  const joint = random.pick(candidates)
  const moved = row.slice()
  for (let attempt = 0; attempt < 64; attempt++) {
    const angle = random.between(0, 2 * Math.PI)
    moved[3 * joint] = row[3 * joint] + distance * Math.cos(angle)
    moved[3 * joint + 1] = row[3 * joint + 1] + distance * Math.sin(angle)
    if (isInside(moved[3 * joint], moved[3 * joint + 1], frame)) break
  }
  return moved
}

/** The larger side, in pixels, of the bounding box of the labelled joints; 0 with none: the person's height, however turned. */
export function jointExtent(row: Float32Array): number {
  const placed = placedJoints(row)
  if (placed.length === 0) return 0
  const xs = placed.map((joint) => row[3 * joint])
  const ys = placed.map((joint) => row[3 * joint + 1])
  return Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys))
}

function placedJoints(row: Float32Array): number[] {
  const placed: number[] = []
  for (let joint = 0; joint < row.length / 3; joint++) if (isPlaced(row, joint)) placed.push(joint)
  return placed
}

function isInside(x: number, y: number, frame: NoiseFrame): boolean {
  return x >= 0 && y >= 0 && x < frame.width && y < frame.height
}

function copyJoint(from: Float32Array, source: number, to: Float32Array, target: number): void {
  to.set(from.subarray(3 * source, 3 * source + 3), 3 * target)
}
