import type { DepthSchema, PartsSchema, TaskKind, TaskSchema } from '../dataset/task.ts'
import { attributeNames } from './identity.ts'
import { bodyPart } from './primitive.ts'
import { profileSources, type Profile } from './profile.ts'
import { jointEdges, jointFlip, jointNames } from './skeleton.ts'
import { vectorSchema } from './vector.ts'

/** 14 parts and background, left and right being the person's own; `head` is face and neck, `hair` includes hats. */
export const bodyPartsSchema: PartsSchema = {
  kind: 'parts',
  parts: [
    'background',
    'hair',
    'head',
    'torso',
    'hips',
    'right upper arm',
    'left upper arm',
    'right lower arm',
    'left lower arm',
    'right thigh',
    'left thigh',
    'right calf',
    'left calf',
    'right foot',
    'left foot',
  ],
  flip: [0, 1, 2, 3, 4, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13],
}

/** The seven classes of `street`: 0 is what stands behind, a wall or a hedge. */
export const streetPartsSchema: PartsSchema = {
  kind: 'parts',
  parts: ['background', 'ground', 'sky', 'object', 'head', 'upper body', 'lower body'],
  flip: [0, 1, 2, 3, 4, 5, 6],
}

const streetClasses: Readonly<Record<keyof typeof bodyPart, number>> = {
  object: 3,
  hair: 4,
  head: 4,
  torso: 5,
  hips: 6,
  rightUpperArm: 5,
  leftUpperArm: 5,
  rightLowerArm: 5,
  leftLowerArm: 5,
  rightThigh: 6,
  leftThigh: 6,
  rightCalf: 6,
  leftCalf: 6,
  rightFoot: 6,
  leftFoot: 6,
}

/** Body part (core/synthetic/primitive.ts) → class of `street`. */
export const streetClassOfPart: Uint8Array = streetTable()

function streetTable(): Uint8Array {
  const table = new Uint8Array(Object.keys(bodyPart).length)
  for (const [name, part] of Object.entries(bodyPart)) table[part] = streetClasses[name as keyof typeof bodyPart]
  return table
}

/** Tasks of a profile by name, and `normals` where they are asked for; each is named after its kind. */
export function syntheticTasks(profile: Profile, normals = false): Record<string, TaskSchema> {
  const kinds = profileSources[profile].flatMap((source) => source.tasks)
  return Object.fromEntries(
    [...kinds, ...(normals ? (['normals'] as const) : [])].map((kind) => [kind, syntheticTask(profile, kind)]),
  )
}

function syntheticTask(profile: Profile, kind: TaskKind): TaskSchema {
  switch (kind) {
    case 'attributes':
      return { kind, attributes: attributeNames }
    case 'identity':
    case 'normals':
      return { kind }
    case 'keypoints':
      return { kind, joints: jointNames, edges: jointEdges, flip: jointFlip }
    case 'parts':
      return profile === 'street' ? streetPartsSchema : bodyPartsSchema
    case 'depth':
      return depthSchema(profile)
    case 'vector':
      return vectorSchema
  }
}

function depthSchema(profile: Profile): DepthSchema {
  return { kind: 'depth', unit: profile === 'street' ? 'disparity' : 'metre' }
}
