import { MendError } from '../dataset/mendError.ts'
import type { PersonTarget } from '../dataset/merge.ts'
import type { TaskSchema } from '../dataset/task.ts'
import type { ProjectWriter } from '../store/project.ts'
import type { StagedRecord } from '../store/staging.ts'
import { mergeStagedImage, type MergeContext, type StagedMerge } from './importMerging.ts'

/** What an import did, by image, person and label. Every record is new, merged or repeated. */
export interface MergeCounts {
  /** `repeated`: further records of a content that the same import brought already. */
  images: { new: number; merged: number; repeated: number }
  people: { new: number; merged: number; repeated: number }
  /** Task → labels brought; `candidates` of them stand beside another source's label, `disputed` say something else. */
  labels: Record<string, { brought: number; candidates: number; disputed: number }>
  /** Images whose split another source gives differently; the first stays. */
  splitConflicts: number
}

export function emptyCounts(tasks: Iterable<string>): MergeCounts {
  return {
    images: { new: 0, merged: 0, repeated: 0 },
    people: { new: 0, merged: 0, repeated: 0 },
    labels: Object.fromEntries([...tasks].map((task) => [task, { brought: 0, candidates: 0, disputed: 0 }])),
    splitConflicts: 0,
  }
}

/** Adds one image's merge to the counts. */
export function countMerge(counts: MergeCounts, merge: StagedMerge, records: readonly StagedRecord[]): void {
  if (merge.image === undefined) counts.images.new++
  else counts.images.merged++
  counts.images.repeated += records.length - 1
  for (const person of merge.people) {
    if (person.repeated) counts.people.repeated++
    else if (person.target.type === 'known') counts.people.merged++
    else counts.people.new++
  }
  for (const label of merge.labels) {
    const count = counts.labels[label.task]
    count.brought++
    if (label.known !== null) count.candidates++
    if (label.disputed) count.disputed++
  }
  const splits = [merge.image?.split ?? null, ...records.map((record) => record.split)].filter(
    (split) => split !== null,
  )
  if (new Set(splits).size > 1) counts.splitConflicts++
}

export interface WriteContext extends MergeContext {
  readonly source: number
  /** Task name → id. */
  readonly taskIds: ReadonlyMap<string, number>
  /** Where the picture will lie: its own place, or its copy in the project. */
  readonly pictureFile: (record: StagedRecord) => string
}

/** Makes or extends the project's tasks; name → id. */
export function writeTasks(
  writer: ProjectWriter,
  tasks: Readonly<Record<string, TaskSchema>>,
  source: number,
): Map<string, number> {
  const ids = new Map<string, number>()
  for (const [name, schema] of Object.entries(tasks)) {
    const known = writer.tasks.find(name)
    if (known === undefined) ids.set(name, writer.tasks.insert(name, schema, source))
    else {
      if (known.schema.kind !== schema.kind) {
        throw new MendError('plan-outdated', `the task "${name}" has changed its kind`, 'Plan the import again.')
      }
      writer.tasks.setSchema(known.id, schema)
      ids.set(name, known.id)
    }
  }
  return ids
}

/** Writes everything that the source says of one content. Inside a transaction. */
export function writeImage(
  writer: ProjectWriter,
  context: WriteContext,
  records: readonly StagedRecord[],
  counts: MergeCounts,
): void {
  const merge = mergeStagedImage(writer, context, records)
  countMerge(counts, merge, records)
  const image = writePicture(writer, context, records, merge)
  const fresh = new Map<number, number>()
  const idOf = (target: PersonTarget): number => {
    const id = target.type === 'known' ? target.id : fresh.get(target.index)
    if (id === undefined) throw new Error('a label of a person that was not written')
    return id
  }
  for (const { record, person, target } of merge.people) {
    const staged = records[record].people[person]
    if (target.type === 'fresh' && !fresh.has(target.index)) {
      fresh.set(target.index, writer.people.insert({ image, box: staged.box }))
    }
    const id = idOf(target)
    writer.people.addSource(id, { source: context.source, key: staged.key, box: staged.box })
    const known = writer.people.get(id)
    if (known?.box === null && staged.box !== null) writer.people.setBox(id, staged.box, 'imported')
  }
  for (const label of merge.labels) {
    const staged = records[label.record].people[label.person].labels.find(({ task }) => task === label.task)
    const task = context.taskIds.get(label.task)
    if (staged === undefined || task === undefined) throw new Error(`a label of the unknown task ${label.task}`)
    const person = idOf(label.target)
    const id = writer.labels.insert({
      person,
      task,
      source: context.source,
      value: staged.value,
      state: staged.state,
      origin: staged.origin,
      bundleSource: staged.bundleSource,
      current: label.known === null,
    })
    for (const revision of staged.revisions) writer.labels.addRevision(id, revision)
    if (label.known !== null && label.current) writer.labels.setCurrent(id)
    if (label.disputed) writer.labels.setDisputed(person, task, true)
  }
}

function writePicture(
  writer: ProjectWriter,
  context: WriteContext,
  records: readonly StagedRecord[],
  merge: StagedMerge,
): number {
  const first = records[0]
  const split = records.map((record) => record.split).find((each) => each !== null) ?? null
  const known = merge.image
  const id =
    known?.id ??
    writer.images.insert({
      sha256: first.sha256,
      dHash: first.dHash,
      width: first.width,
      height: first.height,
      file: context.pictureFile(first),
      split,
    })
  if (known !== undefined && known.split === null && split !== null) writer.images.setSplit(id, split)
  for (const record of records) {
    writer.images.addSource(id, { source: context.source, path: record.path, split: record.split })
  }
  return id
}
