import type { Pose } from './pose.ts'
import { apply, multiply, rotationX, transpose, type Matrix, type Point } from './rotation.ts'

/** The 16 joints in MPII's order, left and right being the person's own. */
export const jointNames = [
  'right_ankle',
  'right_knee',
  'right_hip',
  'left_hip',
  'left_knee',
  'left_ankle',
  'pelvis',
  'thorax',
  'neck',
  'head_top',
  'right_wrist',
  'right_elbow',
  'right_shoulder',
  'left_shoulder',
  'left_elbow',
  'left_wrist',
] as const
export type JointName = (typeof jointNames)[number]

export const jointFlip: readonly number[] = [5, 4, 3, 2, 1, 0, 6, 7, 8, 9, 15, 14, 13, 12, 11, 10]

export const jointEdges: readonly (readonly [number, number])[] = [
  [0, 1],
  [1, 2],
  [2, 6],
  [6, 3],
  [3, 4],
  [4, 5],
  [6, 7],
  [7, 8],
  [8, 9],
  [10, 11],
  [11, 12],
  [12, 7],
  [7, 13],
  [13, 14],
  [14, 15],
]

/** Components of a body's shape; each value is in [−1, 1], 0 is the average adult. */
export const shapeNames = [
  'leg length',
  'arm length',
  'torso length',
  'shoulder width',
  'hip width',
  'girth',
  'arm thickness',
  'leg thickness',
  'head size',
  'neck length',
] as const
export type BodyShape = readonly number[]

/** Lengths in metres, factors of thickness without unit. */
export interface Proportions {
  readonly thigh: number
  readonly calf: number
  readonly upperArm: number
  readonly forearm: number
  /** Spine joint to the base of the neck. */
  readonly chest: number
  readonly shoulderHalf: number
  readonly hipHalf: number
  readonly girth: number
  readonly armThickness: number
  readonly legThickness: number
  readonly head: number
  readonly neck: number
}

function proportionsOf(shape: BodyShape): Proportions {
  const factor = (index: number, spread: number): number => 1 + spread * shape[index]
  return {
    thigh: 0.43 * factor(0, 0.11),
    calf: 0.41 * factor(0, 0.11),
    upperArm: 0.285 * factor(1, 0.1),
    forearm: 0.25 * factor(1, 0.1),
    chest: 0.4 * factor(2, 0.11),
    shoulderHalf: 0.168 * factor(3, 0.16),
    hipHalf: 0.088 * factor(4, 0.18),
    girth: factor(5, 0.22),
    armThickness: factor(6, 0.25),
    legThickness: factor(7, 0.22),
    head: factor(8, 0.1),
    neck: 0.088 * factor(9, 0.25),
  }
}

/** A rotation and an origin in the camera's frame, metres; the pelvis is the origin of everything. */
export interface Frame {
  readonly rotation: Matrix
  readonly origin: Point
}

export interface SideFrames {
  readonly upperArm: Frame
  readonly forearm: Frame
  readonly thigh: Frame
  readonly calf: Frame
  readonly foot: Frame
}

/** A posed body: the frame of each bone (hanging limbs run along −y) and the joints' places. */
export interface PosedBody {
  readonly proportions: Proportions
  readonly pelvis: Frame
  readonly chest: Frame
  readonly head: Frame
  readonly left: SideFrames
  readonly right: SideFrames
  /** In the order of `jointNames`; camera frame, metres. */
  readonly joints: readonly Point[]
}

/** The spine bends here, above the pelvis. Metres. */
export const spineHeight = 0.1
/** Hip joints lie below the pelvis' middle. */
const hipDrop = 0.03
/** Share of the chest's length at which the shoulders sit. */
export const shoulderShare = 0.85
/** Upper neck to the top of an average head. */
const headHeight = 0.215

/** Forward kinematics along the tree pelvis → spine → neck and shoulders → elbows, pelvis → hips → knees → ankles. */
export function poseBody(shape: BodyShape, pose: Pose): PosedBody {
  const proportions = proportionsOf(shape)
  const pelvis: Frame = { rotation: pose.rotations.root, origin: [0, 0, 0] }
  const chest = childFrame(pelvis, [0, spineHeight, 0], pose.rotations.torso)
  const head = childFrame(chest, [0, proportions.chest + proportions.neck, 0], pose.rotations.head)
  const left = sideFrames(pelvis, chest, proportions, pose, 'left')
  const right = sideFrames(pelvis, chest, proportions, pose, 'right')
  const ankle = (side: SideFrames): Point => side.foot.origin
  const wrist = (side: SideFrames): Point => placeIn(side.forearm, [0, -proportions.forearm, 0])
  const places: Record<JointName, Point> = {
    right_ankle: ankle(right),
    right_knee: right.calf.origin,
    right_hip: right.thigh.origin,
    left_hip: left.thigh.origin,
    left_knee: left.calf.origin,
    left_ankle: ankle(left),
    pelvis: pelvis.origin,
    thorax: placeIn(chest, [0, proportions.chest, 0]),
    neck: head.origin,
    head_top: placeIn(head, [0, headHeight * proportions.head, 0]),
    right_wrist: wrist(right),
    right_elbow: right.forearm.origin,
    right_shoulder: right.upperArm.origin,
    left_shoulder: left.upperArm.origin,
    left_elbow: left.forearm.origin,
    left_wrist: wrist(left),
  }
  return { proportions, pelvis, chest, head, left, right, joints: jointNames.map((name) => places[name]) }
}

/** A point given in a frame's own axes, in the camera's. */
export function placeIn({ rotation, origin }: Frame, local: Point): Point {
  const [x, y, z] = apply(rotation, local)
  return [origin[0] + x, origin[1] + y, origin[2] + z]
}

/** Inverse of `placeIn`. */
export function placeFrom({ rotation, origin }: Frame, [x, y, z]: Point): Point {
  return apply(transpose(rotation), [x - origin[0], y - origin[1], z - origin[2]])
}

function childFrame(parent: Frame, offset: Point, rotation: Matrix): Frame {
  return { rotation: multiply(parent.rotation, rotation), origin: placeIn(parent, offset) }
}

function sideFrames(
  pelvis: Frame,
  chest: Frame,
  proportions: Proportions,
  { rotations, flexions }: Pose,
  side: 'left' | 'right',
): SideFrames {
  const outward = side === 'left' ? 1 : -1
  const shoulder: Point = [outward * proportions.shoulderHalf, shoulderShare * proportions.chest, 0]
  const upperArm = childFrame(chest, shoulder, rotations[`${side} shoulder`])
  const forearm = childFrame(upperArm, [0, -proportions.upperArm, 0], rotationX(-flexions[`${side} elbow`]))
  const thigh = childFrame(pelvis, [outward * proportions.hipHalf, -hipDrop, 0], rotations[`${side} hip`])
  const calf = childFrame(thigh, [0, -proportions.thigh, 0], rotationX(flexions[`${side} knee`]))
  const foot = childFrame(calf, [0, -proportions.calf, 0], rotationX(ankleAngle(calf.rotation)))
  return { upperArm, forearm, thigh, calf, foot }
}

/** The ankle keeps the sole level as far as it can: 20° of dorsiflexion, 45° the other way. No freedom of its own. */
function ankleAngle(calf: Matrix): number {
  // The camera's up seen from the calf is the matrix's middle row; the foot's forward axis shall be at right angles to it.
  const level = Math.atan2(calf[5], calf[4])
  return Math.min(Math.PI / 4, Math.max(-Math.PI / 9, level))
}
