import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { LabelValue } from '../../dataset/label.ts'
import { MendError } from '../../dataset/mendError.ts'
import type {
  ImageRecord,
  LabelProvenance,
  LabelRevision,
  PersonRecord,
  SkippedRecord,
  SourceRecord,
} from '../../dataset/record.ts'
import type { TaskSchema } from '../../dataset/task.ts'
import { readCapped } from '../../media/readCapped.ts'
import { cappedLines } from '../cappedLines.ts'
import { checkExportName, hashFile } from '../exportPicture.ts'
import type { ReadOptions, SourceFormat } from '../format.ts'
import { resolveInside } from '../sourcePaths.ts'
import {
  bundleVersion,
  fromDecimal,
  imageLine,
  linesFile,
  manifestFile,
  manifestSchema,
  picturesFolder,
  storedLabel,
  type ImageLine,
  type Manifest,
} from './layout.ts'
import { restoreValue } from './storedValues.ts'

const maxManifestBytes = 2 ** 25
const maxLineBytes = 2 ** 26

function damaged(file: string, found: string, cause?: unknown): MendError {
  return new MendError('bundle-damaged', `${file}: ${found}`, 'Write the bundle again from its project.', { cause })
}

async function readDescription(source: string): Promise<unknown> {
  const file = await resolveInside(source, manifestFile)
  // Opening a pipe would wait for its writer.
  if ((await stat(file).catch(() => null))?.isFile() !== true) throw damaged(file, 'no such file')
  try {
    const tooLarge = (size: number): MendError => damaged(file, `${size} bytes; at most ${maxManifestBytes} are read`)
    return JSON.parse((await readCapped(file, maxManifestBytes, tooLarge)).toString('utf8'))
  } catch (error) {
    if (error instanceof MendError) throw error
    throw damaged(file, error instanceof Error ? error.message : 'cannot be read', error)
  }
}

const descriptionHead = z.object({ format: z.literal('mend-bundle'), version: z.number() })

async function readManifest(source: string): Promise<Manifest> {
  const file = path.join(source, manifestFile)
  const content = await readDescription(source)
  const head = descriptionHead.safeParse(content)
  if (head.success && head.data.version > bundleVersion) {
    throw new MendError(
      'bundle-newer',
      `${file}: bundle version ${head.data.version}; this program reads up to ${bundleVersion}`,
      'Open it with a newer Mend Studio.',
    )
  }
  const parsed = manifestSchema.safeParse(content)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw damaged(file, `${issue.path.join('.')}: ${issue.message}`)
  }
  return parsed.data
}

const skipped = (reason: string, where: string, detail: string): SkippedRecord => ({
  type: 'skipped',
  reason,
  where,
  detail,
})

type Tasks = ReadonlyMap<string, TaskSchema>

/** The label and its provenance; throws `label-corrupt`. */
async function restoreLabel(
  source: string,
  content: unknown,
  schema: TaskSchema,
): Promise<{ readonly value: LabelValue; readonly provenance: LabelProvenance }> {
  const parsed = storedLabel.safeParse(content)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new MendError('label-corrupt', `${issue.path.join('.')}: ${issue.message}`, 'Write the bundle again.')
  }
  const revisions: LabelRevision[] = []
  for (const revision of parsed.data.revisions) {
    const value = revision.value === null ? null : await restoreValue(source, revision.value, schema)
    revisions.push({ ...revision, value })
  }
  const { state, origin, source: from } = parsed.data
  const value = await restoreValue(source, parsed.data.value, schema)
  return { value, provenance: { state, origin, source: from, revisions } }
}

async function restorePerson(
  source: string,
  person: ImageLine['people'][number],
  tasks: Tasks,
  where: string,
  problems: SkippedRecord[],
): Promise<PersonRecord> {
  const labels = new Map<string, LabelValue>()
  const provenance = new Map<string, LabelProvenance>()
  for (const [task, content] of Object.entries(person.labels)) {
    const schema = tasks.get(task)
    if (schema === undefined) {
      problems.push(skipped('task-unknown', `${where} person ${person.id}`, `no task ${JSON.stringify(task)}`))
      continue
    }
    try {
      const restored = await restoreLabel(source, content, schema)
      labels.set(task, restored.value)
      provenance.set(task, restored.provenance)
    } catch (error) {
      if (!(error instanceof MendError)) throw error
      problems.push(skipped('label-corrupt', `${where} person ${person.id} ${task}`, error.message))
    }
  }
  let box: PersonRecord['box'] = null
  if (person.box !== null) {
    const [x, y, width, height] = person.box.map(fromDecimal)
    box = { x, y, width, height }
  }
  return {
    key: String(person.id),
    box,
    labels: Object.fromEntries(labels),
    provenance: Object.fromEntries(provenance),
  }
}

/** What is wrong with the picture of a line; null: it is there and unchanged. */
async function pictureProblem(source: string, relative: string, line: ImageLine, where: string) {
  try {
    checkExportName(line.name)
    const file = await resolveInside(source, relative)
    const info = await stat(file).catch(() => null)
    if (info === null || !info.isFile()) return skipped('image-missing', relative, 'the picture is not in the bundle')
    if (info.size !== line.picture.bytes || (await hashFile(file)).sha256 !== line.picture.sha256) {
      return skipped('hash-mismatch', relative, 'the picture was changed after the bundle was written')
    }
    return null
  } catch (error) {
    if (error instanceof MendError) return skipped('path-outside', where, error.message)
    throw error
  }
}

async function restoreImage(
  source: string,
  text: string,
  tasks: Tasks,
  where: string,
): Promise<{ readonly image: ImageRecord | null; readonly problems: readonly SkippedRecord[] }> {
  const damaged = (detail: string) => ({ image: null, problems: [skipped('line-damaged', where, detail)] })
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (error) {
    return damaged(error instanceof Error ? error.message : 'not JSON')
  }
  const parsed = imageLine.safeParse(content)
  if (!parsed.success) return damaged(`${parsed.error.issues[0].path.join('.')}: ${parsed.error.issues[0].message}`)
  const line = parsed.data
  const relative = `${picturesFolder}/${line.name}`
  const problem = await pictureProblem(source, relative, line, where)
  if (problem !== null) return { image: null, problems: [problem] }
  const problems: SkippedRecord[] = []
  const people: PersonRecord[] = []
  for (const person of line.people) people.push(await restorePerson(source, person, tasks, where, problems))
  const size = { width: line.width, height: line.height }
  return { image: { type: 'image', path: relative, size, split: line.split, people }, problems }
}

async function* readBundle(source: string, options: ReadOptions): AsyncGenerator<SourceRecord> {
  const manifest = await readManifest(source)
  const tasks: Tasks = new Map(Object.entries(manifest.tasks))
  const hash = createHash('sha256')
  const file = await resolveInside(source, linesFile)
  if ((await stat(file).catch(() => null))?.isFile() !== true) throw damaged(file, 'no such file')
  let images = 0
  let lines = 0
  for await (const line of cappedLines(file, maxLineBytes, (chunk) => hash.update(chunk))) {
    options.signal?.throwIfAborted()
    const where = `${linesFile}:${line.number}`
    lines = line.number
    if (line.text === null) {
      yield skipped('line-damaged', where, `longer than ${maxLineBytes} bytes`)
      continue
    }
    const { image, problems } = await restoreImage(source, line.text, tasks, where)
    yield* problems
    if (image === null) continue
    yield image
    if (++images === options.limit) return
  }
  if (hash.digest('hex') === manifest.files[linesFile].sha256) return
  yield skipped('file-changed', linesFile, 'changed after the bundle was written: its SHA-256 differs')
  if (lines < manifest.counts.images) {
    yield skipped('records-missing', linesFile, `${lines} of ${manifest.counts.images} images are there`)
  }
}

/**
 * Reads a bundle (layout.ts): every picture and asset is checked against its SHA-256; a damaged line, picture or label
 * is skipped, with its line. Images whose picture changed are not read at all, because nobody knows what the labels are of.
 */
export const bundleFormat: SourceFormat = {
  name: 'mend-bundle',
  title: 'Mend bundle',
  async detect(source) {
    const info = await stat(path.join(source, manifestFile)).catch(() => null)
    if (info === null || !info.isFile()) return null
    const content = await readDescription(source).catch(() => null)
    if (content === null) return { format: 'mend-bundle', confidence: 0.3, reason: `${manifestFile} is there, damaged` }
    const head = descriptionHead.safeParse(content)
    if (!head.success) return null
    return { format: 'mend-bundle', confidence: 1, reason: `${manifestFile} of version ${head.data.version}` }
  },
  async describe(source) {
    const manifest = await readManifest(source)
    return { format: 'mend-bundle', tasks: manifest.tasks, tagLists: {}, images: manifest.counts.images }
  },
  read(source, options = {}) {
    return readBundle(source, options)
  },
}
