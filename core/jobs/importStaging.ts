import type { CompiledMapping } from '../dataset/applyMapping.ts'
import type { Split } from '../dataset/label.ts'
import { boxDefect, isEmptyValue, labelDefect } from '../dataset/labelValue.ts'
import { MendError } from '../dataset/mendError.ts'
import type { ImageRecord, PersonRecord, SourceRecord, SourceSchema } from '../dataset/record.ts'
import { resolveInside } from '../formats/sourcePaths.ts'
import type { PictureFacts } from '../media/inspect.ts'
import type { PicturePool } from '../media/pool.ts'
import { encodeLabelValue } from '../store/labelCodec.ts'
import type { StagedLabel, StagedPerson, Staging } from '../store/staging.ts'
import type { FactsCache } from './factsCache.ts'
import type { SkipTally } from './skipTally.ts'

export interface StagingInput {
  /** The folder that the records' paths are relative to. */
  readonly source: string
  readonly schema: SourceSchema
  readonly records: AsyncIterable<SourceRecord>
  readonly mapping: CompiledMapping
  readonly staging: Staging
  readonly skipped: SkipTally
  readonly pool: PicturePool
  /** Facts of pictures that were looked at before. */
  readonly facts: FactsCache | undefined
  /** Given to every image, whatever the source says. */
  readonly split: Split | undefined
  readonly signal: AbortSignal | undefined
  /** Images and skipped records so far. */
  readonly onProgress: (done: number) => void
}

interface Inspected {
  readonly record: ImageRecord
  readonly file: string
  /** The facts, or why the picture cannot be used. */
  readonly facts: PictureFacts | MendError
}

/** Pictures that are inspected ahead of the one being written, a worker thread. */
const lookahead = 4

/**
 * Reads a source's records to the end, hashes and checks each picture in the pool, and stages what they say in the
 * project's words, in the source's order. Broken pictures and labels are skipped and counted. Returns the images staged.
 */
export async function stageRecords(input: StagingInput): Promise<number> {
  let images = 0
  let done = 0
  const waiting: Promise<Inspected>[] = []
  const finishOldest = async (): Promise<void> => {
    const oldest = waiting.shift()
    if (oldest === undefined) return
    if (stageImage(input, await oldest)) images++
    input.onProgress(++done)
  }
  try {
    for await (const record of input.records) {
      input.signal?.throwIfAborted()
      if (record.type === 'skipped') {
        input.skipped.add(record.reason, record.where, record.detail)
        input.onProgress(++done)
        continue
      }
      const inspection = inspect(input, record)
      // Its failure is met when its turn comes; until then it must not count as unhandled.
      inspection.catch(() => undefined)
      waiting.push(inspection)
      if (waiting.length >= input.pool.threads * lookahead) await finishOldest()
    }
    while (waiting.length > 0) await finishOldest()
  } finally {
    await Promise.allSettled(waiting)
  }
  input.signal?.throwIfAborted()
  return images
}

async function inspect(input: StagingInput, record: ImageRecord): Promise<Inspected> {
  let file = ''
  try {
    file = await resolveInside(input.source, record.path)
    const task = input.signal === undefined ? {} : { signal: input.signal }
    const look = (): Promise<PictureFacts> => input.pool.inspect(file, task)
    return { record, file, facts: await (input.facts?.of(file, look) ?? look()) }
  } catch (error) {
    if (error instanceof MendError) return { record, file, facts: error }
    throw error
  }
}

function stageImage(input: StagingInput, { record, file, facts }: Inspected): boolean {
  if (facts instanceof MendError) {
    input.skipped.add(facts.code, record.path, facts.message)
    return false
  }
  const { width, height } = facts
  if (record.size !== null && (record.size.width !== width || record.size.height !== height)) {
    const claimed = `${record.size.width}×${record.size.height}`
    input.skipped.add('size-mismatch', record.path, `annotated as ${claimed}, the picture is ${width}×${height}`)
    return false
  }
  input.staging.add({
    path: record.path,
    file,
    sha256: facts.sha256,
    dHash: facts.dHash,
    width,
    height,
    split: input.split ?? record.split,
    people: record.people.map((person, index) => stagePerson(input, person, `${record.path}, person ${index + 1}`)),
  })
  return true
}

function stagePerson(input: StagingInput, person: PersonRecord, where: string): StagedPerson {
  let box = person.box
  const defect = box === null ? null : boxDefect(box)
  if (defect !== null) {
    input.skipped.add('box-invalid', where, defect)
    box = null
  }
  const labels: StagedLabel[] = []
  for (const task of Object.keys(person.labels)) {
    const label = stageLabel(input, person, task, where)
    if (label !== null) labels.push(label)
  }
  return { key: person.key, box, labels }
}

function stageLabel(input: StagingInput, person: PersonRecord, task: string, where: string): StagedLabel | null {
  const value = person.labels[task]
  if (!Object.hasOwn(input.mapping.names, task)) return null
  const provenance = person.provenance?.[task]
  const values = [value, ...(provenance?.revisions ?? []).flatMap((revision) => revision.value ?? [])]
  const defect = values.map((each) => labelDefect(input.schema.tasks[task], each)).find((each) => each !== null)
  if (defect !== undefined) {
    input.skipped.add('label-invalid', `${where}, ${task}`, defect)
    return null
  }
  const mapped = input.mapping.apply(task, value)
  // A value that says nothing is no label, unless somebody's history hangs on it.
  if (mapped === null || (provenance === undefined && isEmptyValue(mapped.value))) return null
  return {
    task: mapped.task,
    state: provenance?.state ?? 'labelled',
    origin: provenance?.origin ?? 'imported',
    bundleSource: provenance === undefined ? null : (provenance.source ?? ''),
    value: provenance?.state === 'unlabelled' ? null : encodeLabelValue(mapped.value, input.mapping.tasks[mapped.task]),
    revisions: (provenance?.revisions ?? []).map((revision) => {
      const earlier = revision.value === null ? null : input.mapping.apply(task, revision.value)
      return {
        ...revision,
        value: earlier === null ? null : encodeLabelValue(earlier.value, input.mapping.tasks[earlier.task]),
      }
    }),
  }
}
