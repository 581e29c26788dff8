import { MendError } from '../../dataset/mendError.ts'
import type { TaskSchema } from '../../dataset/task.ts'
import { Random } from '../../synthetic/random.ts'
import { changedComponents } from './changedComponents.ts'
import {
  derangeJoints,
  jointExtent,
  jointShareOfCrop,
  jointShareOfPerson,
  moveJoint,
  swapSides,
} from './keypointsNoise.ts'
import { noiseKinds, type LabelRow, type NoiseFrame, type NoiseKind, type OtherLabels } from './kinds.ts'
import { derangeParts, relabelPart, shiftMask } from './partsNoise.ts'
import {
  derangeAxes,
  disparityScale,
  exchangeIdentity,
  flipAttribute,
  mirrorNormals,
  perturbDepth,
  perturbVector,
} from './valueNoise.ts'

export interface PlantNoiseOptions extends NoiseFrame {
  readonly schema: TaskSchema
  /** One of `noiseKinds[schema.kind]`. */
  readonly kind: string
  /** The label array's row of person `index` (core/snapshot/manifest.ts); it is read, never written. */
  readonly row: (index: number) => LabelRow
  /** Persons that have the label and are trained on: the training split only, validation stays clean. */
  readonly present: ArrayLike<number>
  /** Share of `present` to corrupt, 0 … 1. */
  readonly fraction: number
  readonly seed: number
}

export interface PlantedNoise {
  /** Ascending indices out of `present`, exactly round(fraction × present.length) of them. */
  readonly corrupted: Int32Array
  /** For each corrupted label the components that are wrong now, as `componentNames` numbers them. */
  readonly components: readonly Int32Array[]
  /** For each corrupted label its new row. */
  readonly rows: readonly LabelRow[]
}

/**
 * Corrupts a fixed share of a task's labels, reproducibly: the same seed gives the same subset whatever the order of
 * training, the 20% of a seed are among its 40%, and the noise of a label depends on its index alone. The share counts
 * all present labels; where the kind cannot apply to a label (a mask of one class, no joint labelled), another is drawn.
 *
 * @throws MendError `noise-kind-unknown`, `noise-fraction-invalid`, or `noise-not-applicable` when too few labels can take it.
 */
export function plantNoise(options: PlantNoiseOptions): PlantedNoise {
  const { schema, fraction, seed, present } = options
  const kind = noiseKindOf(schema, options.kind)
  if (!(fraction >= 0 && fraction <= 1)) {
    throw new MendError('noise-fraction-invalid', `${fraction} is not a share of labels`, 'Give a number from 0 to 1.')
  }
  const wanted = Math.round(fraction * present.length)
  const others = { disparityScale: largestDisparity(options), identities: namedIdentities(options) }
  const chosen = new Map<number, { row: LabelRow; components: Int32Array }>()
  const order = new Random(seed, 'noise subset').shuffle(Int32Array.from(present))
  for (const index of order) {
    if (chosen.size === wanted) break
    const before = options.row(index)
    const row = corruptRow(schema, kind, before, options, others, new Random(seed, 'noise', kind, index))
    if (row === null) continue
    const components = changedComponents(schema, before, row)
    if (components.length > 0) chosen.set(index, { row, components })
  }
  if (chosen.size < wanted) {
    throw new MendError(
      'noise-not-applicable',
      `${wanted} of ${present.length} labels were to be corrupted by "${kind}", but only ${chosen.size} can be`,
      'Choose another kind of noise or a smaller share.',
    )
  }
  const corrupted = Int32Array.from(chosen.keys()).sort()
  const planted = Array.from(corrupted, (index) => chosen.get(index)).filter((entry) => entry !== undefined)
  return { corrupted, components: planted.map((entry) => entry.components), rows: planted.map((entry) => entry.row) }
}

/**
 * `name` as a kind of noise for the schema's task.
 * @throws MendError `noise-kind-unknown`
 */
export function noiseKindOf(schema: TaskSchema, name: string): NoiseKind {
  const kinds: readonly NoiseKind[] = noiseKinds[schema.kind]
  const kind = kinds.find((candidate) => candidate === name)
  if (kind === undefined) {
    throw new MendError(
      'noise-kind-unknown',
      `"${name}" is no kind of noise for ${schema.kind} labels`,
      kinds.length > 0 ? `Kinds: ${kinds.join(', ')}.` : 'This kind of label takes no planted noise.',
    )
  }
  return kind
}

/**
 * One row with noise of the given kind; the row given stays as it is.
 * @returns null where the kind cannot apply to this label.
 */
export function corruptRow(
  schema: TaskSchema,
  kind: NoiseKind,
  row: LabelRow,
  frame: NoiseFrame,
  others: OtherLabels,
  random: Random,
): LabelRow | null {
  switch (schema.kind) {
    case 'attributes':
      return row instanceof Int8Array ? flipAttribute(row, random) : null
    case 'identity':
      return row instanceof Int32Array ? exchangeIdentity(row, others.identities, random) : null
    case 'keypoints':
      return row instanceof Float32Array ? corruptJoints(row, kind, schema.flip, frame, random) : null
    case 'parts':
      return row instanceof Uint8Array ? corruptMask(row, kind, schema.parts.length, frame, random) : null
    case 'depth':
      return row instanceof Float32Array ? perturbDepth(row, schema.unit, others.disparityScale, random) : null
    case 'normals':
      return row instanceof Uint8Array ? corruptNormals(row, kind, random) : null
    case 'vector':
      return row instanceof Float32Array ? perturbVector(row, random) : null
  }
}

function corruptJoints(
  row: Float32Array,
  kind: NoiseKind,
  flip: readonly number[],
  frame: NoiseFrame,
  random: Random,
): Float32Array | null {
  switch (kind) {
    case 'derange':
      return derangeJoints(row, random)
    case 'swap':
      return swapSides(row, flip)
    case 'joint':
      return moveJoint(row, jointShareOfPerson * jointExtent(row), frame, random)
    case 'joint20':
      return moveJoint(row, jointShareOfCrop * frame.height, frame, random)
    default:
      return null
  }
}

function corruptMask(
  mask: Uint8Array,
  kind: NoiseKind,
  parts: number,
  frame: NoiseFrame,
  random: Random,
): Uint8Array | null {
  switch (kind) {
    case 'derange':
      return derangeParts(mask, random)
    case 'relabel':
      return relabelPart(mask, parts, random)
    case 'shift':
      return shiftMask(mask, frame, random)
    default:
      return null
  }
}

function corruptNormals(row: Uint8Array, kind: NoiseKind, random: Random): Uint8Array | null {
  switch (kind) {
    case 'derange':
      return derangeAxes(row, random)
    case 'mirror':
      return mirrorNormals(row)
    default:
      return null
  }
}

function largestDisparity({ schema, row, present }: PlantNoiseOptions): number {
  if (schema.kind !== 'depth') return 0
  let largest = 0
  for (let position = 0; position < present.length; position++) {
    const values = row(present[position])
    if (values instanceof Float32Array) largest = Math.max(largest, disparityScale(values, schema.unit))
  }
  return largest
}

function namedIdentities({ schema, row, present }: PlantNoiseOptions): number[] {
  if (schema.kind !== 'identity') return []
  return Array.from(present, (index) => row(index)[0]).filter((identity) => identity >= 0)
}
