import type { CameraStyle } from './camera.ts'
import type { BackdropKind, GroundKind } from './background.ts'
import type { TaskKind } from '../dataset/task.ts'

export const profiles = ['full', 'partial', 'street'] as const
export type Profile = (typeof profiles)[number]

/** One source of a profile: what it labels, and what its pictures look like. */
export interface SyntheticSource {
  readonly name: string
  readonly tasks: readonly TaskKind[]
  readonly cameras: number
  readonly style: CameraStyle
  readonly walls: readonly BackdropKind[]
  readonly grounds: readonly GroundKind[]
}

const plainStyle: CameraStyle = { exposure: 1.1, tint: [1, 1, 1], contrast: 1, blur: 0.3, noise: 0.012 }

/**
 * `full`: every task on every image. `partial`: four disjoint sources of one task each, whose cameras and backgrounds
 * differ as four datasets' do. `street`: seven classes of a scene and disparity.
 */
export const profileSources: Readonly<Record<Profile, readonly SyntheticSource[]>> = {
  full: [
    {
      name: 'full',
      tasks: ['attributes', 'identity', 'keypoints', 'parts', 'depth', 'vector'],
      cameras: 6,
      style: plainStyle,
      walls: ['plaster', 'bricks', 'windows', 'foliage'],
      grounds: ['asphalt', 'tiles', 'grass', 'planks'],
    },
  ],
  partial: [
    {
      name: 'attributes',
      tasks: ['attributes'],
      cameras: 6,
      style: { exposure: 0.62, tint: [0.86, 0.97, 1.16], contrast: 0.9, blur: 0.6, noise: 0.03 },
      walls: ['windows', 'plaster'],
      grounds: ['asphalt'],
    },
    {
      name: 'identity',
      tasks: ['identity'],
      cameras: 6,
      style: { exposure: 1.22, tint: [1.05, 1, 0.94], contrast: 0.72, blur: 0.5, noise: 0.02 },
      walls: ['bricks', 'plaster'],
      grounds: ['tiles'],
    },
    {
      name: 'keypoints',
      tasks: ['keypoints'],
      cameras: 6,
      style: { exposure: 1, tint: [0.96, 1.06, 0.94], contrast: 1.25, blur: 0.2, noise: 0.01 },
      walls: ['foliage'],
      grounds: ['grass'],
    },
    {
      name: 'parts',
      tasks: ['parts'],
      cameras: 6,
      style: { exposure: 0.95, tint: [1.2, 1.0, 0.78], contrast: 1.05, blur: 0.3, noise: 0.015 },
      walls: ['plaster'],
      grounds: ['planks'],
    },
  ],
  street: [
    {
      name: 'street',
      tasks: ['parts', 'depth'],
      cameras: 6,
      style: plainStyle,
      walls: ['bricks', 'windows', 'foliage'],
      grounds: ['asphalt', 'tiles', 'grass'],
    },
  ],
}

/** Pictures of the same person, each from another camera. */
export const imagesPerIdentity = 4

/** Which source and identity the `index`-th person of a profile has; whole identities go to one source. */
export function personPlace(
  profile: Profile,
  index: number,
): { source: SyntheticSource; identity: number; shot: number } {
  const identity = Math.floor(index / imagesPerIdentity)
  const sources = profileSources[profile]
  return { source: sources[identity % sources.length], identity, shot: index % imagesPerIdentity }
}
