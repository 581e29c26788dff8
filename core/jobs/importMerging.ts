import type { Joint, LabelValue } from '../dataset/label.ts'
import { sameLabelValue } from '../dataset/labelValue.ts'
import {
  planImageMerge,
  type ConflictRule,
  type ImageMerge,
  type IncomingPerson,
  type KnownLabel,
  type KnownPerson,
} from '../dataset/merge.ts'
import type { TaskSchema } from '../dataset/task.ts'
import type { Image, ImageReader } from '../store/images.ts'
import { decodeLabelValue } from '../store/labelCodec.ts'
import type { LabelReader } from '../store/labels.ts'
import type { PersonReader } from '../store/people.ts'
import type { StagedRecord } from '../store/staging.ts'

/** What merging looks up: of the project, or, inside a transaction, of its writer. */
export interface MergeLookup {
  readonly images: ImageReader
  readonly people: PersonReader
  readonly labels: LabelReader
}

export interface MergeContext {
  readonly rule: ConflictRule
  /** Name of the source that is being imported. */
  readonly sourceName: string
  /** The project's tasks as they will be. */
  readonly tasks: Readonly<Record<string, TaskSchema>>
  readonly answers?: ReadonlyMap<number, 'known' | 'incoming'>
}

export interface StagedMerge extends ImageMerge {
  /** The image in the project; undefined: new. */
  readonly image: Image | undefined
}

/** How the records of one content join the project, as it is now. */
export function mergeStagedImage(
  lookup: MergeLookup,
  context: MergeContext,
  records: readonly StagedRecord[],
): StagedMerge {
  const image = lookup.images.findByHash(records[0].sha256)
  const known = image === undefined ? [] : lookup.people.ofImage(image.id).map((person) => knownPerson(lookup, person))
  const incoming = records.map((record) => record.people.map((person) => incomingPerson(context, person)))
  const merge = planImageMerge(known, incoming, {
    rule: context.rule,
    source: context.sourceName,
    ...(context.answers && { answers: context.answers }),
    same: (label, { record, person, task }) => {
      const staged = records[record].people[person].labels.find((candidate) => candidate.task === task)?.value
      const value = knownValue(lookup, context, label, task)
      if (staged === undefined || staged === null || value === null) return false
      return sameLabelValue(value, decodeLabelValue(context.tasks[task], staged))
    },
  })
  return { ...merge, image }
}

function knownValue(lookup: MergeLookup, context: MergeContext, label: KnownLabel, task: string): LabelValue | null {
  return lookup.labels.valueIn(label.id, context.tasks[task])
}

function knownPerson(
  lookup: MergeLookup,
  person: { readonly id: number; readonly box: KnownPerson['box'] },
): KnownPerson {
  const heads = lookup.labels.currentHeads(person.id)
  const joints: Record<string, readonly Joint[]> = {}
  for (const head of heads) {
    const value = head.kind === 'keypoints' ? lookup.labels.get(head.id)?.value : null
    if (value?.kind === 'keypoints') joints[head.task] = value.joints
  }
  return { id: person.id, box: person.box, joints, labels: Object.fromEntries(heads.map((head) => [head.task, head])) }
}

function incomingPerson(context: MergeContext, person: StagedRecord['people'][number]): IncomingPerson {
  const joints: Record<string, readonly Joint[]> = {}
  for (const label of person.labels) {
    const schema = context.tasks[label.task]
    if (schema.kind !== 'keypoints' || label.value === null) continue
    const value = decodeLabelValue(schema, label.value)
    if (value.kind === 'keypoints') joints[label.task] = value.joints
  }
  return {
    box: person.box,
    joints,
    labels: Object.fromEntries(person.labels.map((label) => [label.task, label.state])),
  }
}
