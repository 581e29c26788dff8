import { multiply, rotationX, rotationY, rotationZ, type Matrix } from './rotation.ts'

/** Ball joints, three degrees of freedom each; `root` turns the pelvis in the camera's frame, the others turn in their parent's. */
export const ballJoints = ['root', 'torso', 'head', 'right shoulder', 'left shoulder', 'right hip', 'left hip'] as const
export type BallJoint = (typeof ballJoints)[number]

/** Hinges: flexion in radians, 0 is straight. */
export const hingeJoints = ['right elbow', 'left elbow', 'right knee', 'left knee'] as const
export type HingeJoint = (typeof hingeJoints)[number]

export interface Pose {
  readonly rotations: Readonly<Record<BallJoint, Matrix>>
  readonly flexions: Readonly<Record<HingeJoint, number>>
}

/** A limb's ball joint, degrees: flexion lifts it forward, abduction sideways, `inward` turns it about its axis to the middle. */
export interface LimbAngles {
  readonly flexion: number
  readonly abduction: number
  readonly inward: number
}

/** The spine and the neck, degrees: flexion bends forward, `side` to the person's left, `twist` turns to the left. */
export interface AxialAngles {
  readonly flexion: number
  readonly side: number
  readonly twist: number
}

export interface SideAngles {
  readonly shoulder: LimbAngles
  readonly elbow: number
  readonly hip: LimbAngles
  readonly knee: number
}

/** A pose in anatomical angles, degrees. `yaw` 0 faces the camera, 90 faces the image's right. */
export interface PoseAngles {
  readonly yaw: number
  readonly lean: number
  readonly roll: number
  readonly torso: AxialAngles
  readonly head: AxialAngles
  readonly left: SideAngles
  readonly right: SideAngles
}

type Range = readonly [number, number]

/** Joint-angle limits, degrees: the active ranges of a healthy adult, rounded. */
const jointLimits = {
  lean: [-25, 60],
  roll: [-20, 20],
  torso: { flexion: [-20, 55], side: [-25, 25], twist: [-35, 35] },
  head: { flexion: [-35, 40], side: [-25, 25], twist: [-60, 60] },
  shoulder: { flexion: [-50, 175], abduction: [-20, 170], inward: [-70, 95] },
  elbow: [2, 145],
  hip: { flexion: [-30, 120], abduction: [-12, 50], inward: [-30, 35] },
  knee: [0, 145],
} as const satisfies Record<string, Range | Record<string, Range>>

/** Brings every angle into `jointLimits`; yaw is unlimited. */
export function limitAngles(angles: PoseAngles): PoseAngles {
  return {
    yaw: angles.yaw,
    lean: limit(angles.lean, jointLimits.lean),
    roll: limit(angles.roll, jointLimits.roll),
    torso: limitAxial(angles.torso, jointLimits.torso),
    head: limitAxial(angles.head, jointLimits.head),
    left: limitSide(angles.left),
    right: limitSide(angles.right),
  }
}

/** Rotations of the given angles. `tilt`: the camera's, degrees, positive looks down on the person. */
export function poseFromAngles(angles: PoseAngles, tilt = 0): Pose {
  const standing = multiply(rotationX(radians(angles.lean)), rotationZ(radians(-angles.roll)))
  return {
    rotations: {
      root: multiply(rotationX(radians(tilt)), multiply(rotationY(radians(angles.yaw)), standing)),
      torso: axialRotation(angles.torso),
      head: axialRotation(angles.head),
      'right shoulder': limbRotation(angles.right.shoulder, -1),
      'left shoulder': limbRotation(angles.left.shoulder, 1),
      'right hip': limbRotation(angles.right.hip, -1),
      'left hip': limbRotation(angles.left.hip, 1),
    },
    flexions: {
      'right elbow': radians(angles.right.elbow),
      'left elbow': radians(angles.left.elbow),
      'right knee': radians(angles.right.knee),
      'left knee': radians(angles.left.knee),
    },
  }
}

function axialRotation({ flexion, side, twist }: AxialAngles): Matrix {
  return multiply(rotationY(radians(twist)), multiply(rotationX(radians(flexion)), rotationZ(radians(-side))))
}

/** A limb hangs down at rest; `side` is 1 on the left, where outward is +x. */
function limbRotation({ flexion, abduction, inward }: LimbAngles, side: 1 | -1): Matrix {
  const lifted = multiply(rotationZ(radians(side * abduction)), rotationX(radians(-flexion)))
  return multiply(lifted, rotationY(radians(-side * inward)))
}

function limitSide(side: SideAngles): SideAngles {
  return {
    shoulder: limitLimb(side.shoulder, jointLimits.shoulder),
    elbow: limit(side.elbow, jointLimits.elbow),
    hip: limitLimb(side.hip, jointLimits.hip),
    knee: limit(side.knee, jointLimits.knee),
  }
}

function limitLimb(angles: LimbAngles, ranges: { flexion: Range; abduction: Range; inward: Range }): LimbAngles {
  return {
    flexion: limit(angles.flexion, ranges.flexion),
    abduction: limit(angles.abduction, ranges.abduction),
    inward: limit(angles.inward, ranges.inward),
  }
}

function limitAxial(angles: AxialAngles, ranges: { flexion: Range; side: Range; twist: Range }): AxialAngles {
  return {
    flexion: limit(angles.flexion, ranges.flexion),
    side: limit(angles.side, ranges.side),
    twist: limit(angles.twist, ranges.twist),
  }
}

function limit(value: number, [low, high]: Range): number {
  return Math.min(high, Math.max(low, value))
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}
