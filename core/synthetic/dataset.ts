import type { LabelValue, Split } from '../dataset/label.ts'
import type { TaskKind } from '../dataset/task.ts'
import { renderPerson, type SyntheticPerson } from './person.ts'
import { personPlace, profileSources, type Profile } from './profile.ts'

export interface SyntheticDatasetOptions {
  readonly profile: Profile
  /** How many pictures, one person each. */
  readonly people: number
  readonly seed: number
  /** Labels the directions of surfaces on every picture, besides what the profile labels. */
  readonly normals?: boolean | undefined
  readonly width: number
  readonly height: number
}

export interface SyntheticRecord {
  /** Source of the profile: `full`, `street`, or the one task of a source of `partial`. */
  readonly source: string
  /** File name without extension, unique within the data set. */
  readonly name: string
  readonly split: Split
  readonly person: SyntheticPerson
}

/** One identity in this many is for validation: 14%. Nobody is in both splits. */
const identitiesPerValidation = 7
const validationPlace = 2

/**
 * The people of a data set one by one, so that memory does not grow with their number. A larger set of the same seed
 * begins with the people of a smaller one.
 */
export function* syntheticPeople({
  profile,
  people,
  seed,
  normals,
  width,
  height,
}: SyntheticDatasetOptions): Generator<SyntheticRecord> {
  for (let index = 0; index < people; index++) {
    const person = renderPerson({ seed, index, profile, width, height, normals })
    yield {
      source: person.source,
      name: index.toString().padStart(6, '0'),
      split: syntheticSplit(profile, index),
      person,
    }
  }
}

/** Split of person `index`, by identity and within each source alike. */
export function syntheticSplit(profile: Profile, index: number): Split {
  const within = Math.floor(personPlace(profile, index).identity / profileSources[profile].length)
  return within % identitiesPerValidation === validationPlace ? 'val' : 'train'
}

/** The labels that the person's source gives, by task name (each task is named after its kind). */
export function personLabels(person: SyntheticPerson): Record<string, LabelValue> {
  return Object.fromEntries(person.tasks.map((kind) => [kind, labelValue(person, kind)]))
}

function labelValue(person: SyntheticPerson, kind: TaskKind): LabelValue {
  const window = { left: 0, top: 0, width: person.width, height: person.height }
  switch (kind) {
    case 'attributes':
      return { kind, values: person.attributes }
    case 'identity':
      return { kind, identity: person.identity, camera: person.camera }
    case 'keypoints':
      return { kind, joints: person.joints }
    case 'parts':
      return { kind, ...window, data: person.parts }
    case 'depth':
      return person.source === 'street'
        ? {
            kind,
            ...window,
            data: encode(person.depth, (metres) => 1 / metres, disparityStep),
            scale: disparityStep,
            offset: 0,
          }
        : { kind, ...window, data: encode(person.depth, (metres) => metres, metreStep), scale: metreStep, offset: 0 }
    case 'normals':
      return { kind, ...window, data: person.normals ?? new Uint16Array(person.width * person.height * 3) }
    case 'vector':
      return { kind, values: person.vector }
  }
}

/** Half a millimetre to 32 m; disparity to 0.65 per metre. */
const metreStep = 0.0005
const disparityStep = 1e-5

function encode(depth: Float32Array, value: (metres: number) => number, step: number): Uint16Array {
  const raw = new Uint16Array(depth.length)
  for (let pixel = 0; pixel < depth.length; pixel++) {
    const metres = depth[pixel]
    if (Number.isFinite(metres)) raw[pixel] = Math.min(65535, Math.max(1, Math.round(value(metres) / step)))
  }
  return raw
}
