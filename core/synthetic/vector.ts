import type { VectorSchema } from '../dataset/task.ts'
import type { BallJoint, HingeJoint, Pose } from './pose.ts'
import { fromSixD, toSixD, type Matrix } from './rotation.ts'
import { shapeNames, type BodyShape } from './skeleton.ts'

/**
 * Pose and shape as a vector of 60: a 6-D rotation for each ball joint, cosine and sine for each hinge, ten numbers of
 * shape. Every entry is continuous and in [−1, 1]; the paper's noise U(−2, 2) is wide against that.
 */
type Group = { readonly name: BallJoint; readonly ball: true } | { readonly name: HingeJoint; readonly ball: false }

const poseGroups: readonly Group[] = [
  { name: 'root', ball: true },
  { name: 'torso', ball: true },
  { name: 'head', ball: true },
  { name: 'right shoulder', ball: true },
  { name: 'right elbow', ball: false },
  { name: 'left shoulder', ball: true },
  { name: 'left elbow', ball: false },
  { name: 'right hip', ball: true },
  { name: 'right knee', ball: false },
  { name: 'left hip', ball: true },
  { name: 'left knee', ball: false },
]

const sixDNames = ['xx', 'xy', 'xz', 'yx', 'yy', 'yz']
/** Mirroring x: R becomes S R S with S = diag(−1, 1, 1), which negates the entries with exactly one index x. */
const sixDSigns = [1, -1, -1, -1, 1, 1]

const groupLength = (group: Group): number => (group.ball ? 6 : 2)
const groupStarts = poseGroups.map((_, index) =>
  poseGroups.slice(0, index).reduce((sum, group) => sum + groupLength(group), 0),
)
const poseLength = poseGroups.reduce((sum, group) => sum + groupLength(group), 0)

export const vectorSchema: VectorSchema = {
  kind: 'vector',
  components: [
    ...poseGroups.flatMap((group) =>
      (group.ball ? sixDNames : ['cosine', 'sine']).map((entry) => `${group.name} ${entry}`),
    ),
    ...shapeNames,
  ],
  groups: [
    ...poseGroups.map((group, index) => ({ name: group.name, start: groupStarts[index], length: groupLength(group) })),
    { name: 'shape', start: poseLength, length: shapeNames.length },
  ],
  flip: vectorFlip(),
}

export function encodeVector(pose: Pose, shape: BodyShape): Float32Array {
  const entries = poseGroups.flatMap((group) => {
    if (group.ball) return toSixD(pose.rotations[group.name])
    const flexion = pose.flexions[group.name]
    return [Math.cos(flexion), Math.sin(flexion)]
  })
  return Float32Array.from([...entries, ...shape])
}

/** Inverse of `encodeVector`, up to rounding; also takes a network's answer (6-D entries are orthogonalised). */
export function decodeVector(vector: ArrayLike<number>): { pose: Pose; shape: BodyShape } {
  const ball = (name: BallJoint): Matrix => fromSixD(vector, groupStart(name))
  const hinge = (name: HingeJoint): number => Math.atan2(vector[groupStart(name) + 1], vector[groupStart(name)])
  return {
    pose: {
      rotations: {
        root: ball('root'),
        torso: ball('torso'),
        head: ball('head'),
        'right shoulder': ball('right shoulder'),
        'left shoulder': ball('left shoulder'),
        'right hip': ball('right hip'),
        'left hip': ball('left hip'),
      },
      flexions: {
        'right elbow': hinge('right elbow'),
        'left elbow': hinge('left elbow'),
        'right knee': hinge('right knee'),
        'left knee': hinge('left knee'),
      },
    },
    shape: Array.from({ length: shapeNames.length }, (_, index) => vector[poseLength + index]),
  }
}

function groupStart(name: BallJoint | HingeJoint): number {
  return groupStarts[poseGroups.findIndex((group) => group.name === name)]
}

function vectorFlip(): { permutation: number[]; sign: number[] } {
  const permutation: number[] = []
  const sign: number[] = []
  for (const group of poseGroups) {
    const start = groupStart(mirroredName(group.name))
    for (let entry = 0; entry < groupLength(group); entry++) {
      permutation.push(start + entry)
      sign.push(group.ball ? sixDSigns[entry] : 1)
    }
  }
  shapeNames.forEach((_, index) => {
    permutation.push(poseLength + index)
    sign.push(1)
  })
  return { permutation, sign }
}

function mirroredName(name: BallJoint | HingeJoint): BallJoint | HingeJoint {
  const mirrored = name.startsWith('left') ? name.replace('left', 'right') : name.replace('right', 'left')
  return poseGroups.find((group) => group.name === mirrored)?.name ?? name
}
