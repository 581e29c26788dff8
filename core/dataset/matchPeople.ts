import type { Box, Joint } from './label.ts'
import { visibility } from './label.ts'

/** What a person is recognised by. */
export interface Recognisable {
  readonly box: Box | null
  /** Keypoint labels by task of the project. */
  readonly joints: Readonly<Record<string, readonly Joint[]>>
}

/** Boxes of one person overlap at least this much; the usual threshold of detection. */
const sameBoxIou = 0.5
/** Joints of one person lie, on average, at most this share of their extent's diagonal apart. */
const sameJointsDistance = 0.1
const fewestCommonJoints = 3

/**
 * Which known person each incoming one is; null: none of them. Two people of one side are never matched to one person.
 * By box IoU ≥ 0.5, else by the joints of a shared task; the best pair first (greedy: with a threshold
 * of 0.5 it rarely differs from an optimal assignment, and it never gives up a good pair for two middling ones). Where
 * each side has exactly one person and at least one of the two has no box, they are the same: there is nobody else it
 * could be. `mayMatch` can rule pairs out.
 */
export function matchPeople(
  known: readonly Recognisable[],
  incoming: readonly Recognisable[],
  mayMatch: (knownIndex: number, incomingIndex: number) => boolean = () => true,
): (number | null)[] {
  const matches = incoming.map((): number | null => null)
  if (known.length === 1 && incoming.length === 1 && (known[0].box === null || incoming[0].box === null)) {
    return [mayMatch(0, 0) ? 0 : null]
  }
  const ranked = known
    .flatMap((person, knownIndex) =>
      incoming.map((other, incomingIndex) => ({ knownIndex, incomingIndex, score: resemblance(person, other) })),
    )
    .filter((pair) => pair.score > 0 && mayMatch(pair.knownIndex, pair.incomingIndex))
    .sort((a, b) => b.score - a.score || a.knownIndex - b.knownIndex || a.incomingIndex - b.incomingIndex)
  const taken = new Set<number>()
  for (const { knownIndex, incomingIndex } of ranked) {
    if (taken.has(knownIndex) || matches[incomingIndex] !== null) continue
    taken.add(knownIndex)
    matches[incomingIndex] = knownIndex
  }
  return matches
}

/** In (0, 1] when boxes or joints say that they are the same person, else 0. */
function resemblance(a: Recognisable, b: Recognisable): number {
  const overlap = a.box !== null && b.box !== null ? intersectionOverUnion(a.box, b.box) : 0
  if (overlap >= sameBoxIou) return overlap
  const distance = jointDistance(a.joints, b.joints)
  return distance !== null && distance <= sameJointsDistance ? 1 - distance : 0
}

export function intersectionOverUnion(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  if (width <= 0 || height <= 0) return 0
  const intersection = width * height
  return intersection / (a.width * a.height + b.width * b.height - intersection)
}

/**
 * Mean distance of the joints that both have placed, over the diagonal of all placed joints' extent; null when no task
 * has three joints in common.
 */
export function jointDistance(a: Recognisable['joints'], b: Recognisable['joints']): number | null {
  for (const [task, joints] of Object.entries(a)) {
    if (!Object.hasOwn(b, task)) continue
    const common = joints
      .map((joint, index) => [joint, b[task][index]] as const)
      .filter(([first, second]) => isPlaced(first) && isPlaced(second))
    if (common.length < fewestCommonJoints) continue
    const total = common.reduce((sum, [first, second]) => sum + Math.hypot(first.x - second.x, first.y - second.y), 0)
    const diagonal = extentDiagonal(common.flat())
    const mean = total / common.length
    return diagonal > 0 ? mean / diagonal : mean > 0 ? Infinity : 0
  }
  return null
}

function isPlaced(joint: Joint | undefined): boolean {
  return joint !== undefined && (joint.v === visibility.visible || joint.v === visibility.hidden)
}

function extentDiagonal(joints: readonly Joint[]): number {
  const xs = joints.map((joint) => joint.x)
  const ys = joints.map((joint) => joint.y)
  return Math.hypot(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys))
}
