import { existsSync, readdirSync } from 'node:fs'
import { mkdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import sharp from 'sharp'
import type { SynthesizeResult } from '../api/dataset.ts'
import type { LabelValue } from '../dataset/label.ts'
import { MendError } from '../dataset/mendError.ts'
import { inspectImage, type PictureFacts } from '../media/inspect.ts'
import { notePlantedError } from '../store/plantedErrors.ts'
import { createProject, type Project, type ProjectWriter } from '../store/project.ts'
import { personLabels, syntheticPeople, type SyntheticRecord } from '../synthetic/dataset.ts'
import type { Profile } from '../synthetic/profile.ts'
import { Random } from '../synthetic/random.ts'
import { syntheticTasks } from '../synthetic/tasks.ts'
import { corruptLabelValue } from '../training/noise/corruptLabelValue.ts'
import type { JobContext } from './jobRunner.ts'
import { removePartialFolders } from './partialFolders.ts'

export interface SynthesizeOptions {
  readonly project: string
  readonly profile: Profile
  readonly people: number
  readonly seed: number
  readonly width: number
  readonly height: number
  /** Labels the directions of surfaces too. */
  readonly normals?: boolean | undefined
  /** Makes labels wrong as they are stored; missing: all are right. */
  readonly errors?: ErrorsToPlant
}

export interface ErrorsToPlant {
  /** Share of the labels of the training split that is made wrong, 0 … 1. */
  readonly share: number
  /** Task → kind of noise (core/training/noise/kinds.ts); other tasks stay right. */
  readonly kinds: Readonly<Record<string, string>>
}

/** People drawn, written and then stored together: bounds memory, and keeps transactions short. */
const batchSize = 250

interface Drawn {
  readonly entry: SyntheticRecord
  readonly file: string
  readonly facts: PictureFacts
}

interface Stored {
  readonly sources: Map<string, { id: number; people: number }>
  readonly labels: Record<string, number>
  /** Task → labels made wrong. */
  readonly planted: Record<string, number>
}

async function writePicture(entry: SyntheticRecord, file: string): Promise<Drawn> {
  const { rgb, width, height } = entry.person
  const png = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 6 })
    .toBuffer()
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, png)
  return { entry, file, facts: await inspectImage(file) }
}

function sourceOf(
  writer: ProjectWriter,
  options: SynthesizeOptions,
  stored: Stored,
  name: string,
): { id: number; people: number } {
  const known = stored.sources.get(name)
  if (known !== undefined) return known
  const { profile, people, seed, width, height, normals } = options
  const made = { synthetic: { profile, people, seed, width, height, ...(normals === true && { normals }) } }
  const id = writer.sources.insert({ name, format: 'synthetic', folder: '', mapping: made, report: made })
  const source = { id, people: 0 }
  stored.sources.set(name, source)
  return source
}

/** Identities are unique within a project: each source has a namespace of its own. */
function withinNamespace(value: LabelValue, source: string): LabelValue {
  if (value.kind !== 'identity' || value.identity === null) return value
  return { ...value, identity: `${source}/${value.identity}` }
}

/**
 * The label made wrong, for the share of the training labels that is to be; null for the others, and where the kind cannot
 * apply. Each label's fate depends on the seed, its task and its name alone.
 */
function wrongValue(
  { errors, profile, seed, normals }: SynthesizeOptions,
  { name, split, person }: SyntheticRecord,
  task: string,
  value: LabelValue,
): { value: LabelValue; kind: string } | null {
  const kind = errors?.kinds[task]
  if (errors === undefined || kind === undefined || split !== 'train') return null
  const random = new Random(seed, 'planted error', task, name)
  if (random.uniform() >= errors.share) return null
  const wrong = corruptLabelValue(syntheticTasks(profile, normals)[task], value, kind, person, random)
  return wrong && { value: wrong, kind }
}

function storeBatch(project: Project, options: SynthesizeOptions, batch: readonly Drawn[], stored: Stored): void {
  project.transaction((writer) => {
    const tasks = new Map(writer.tasks.all().map((task) => [task.name, task.id]))
    for (const { entry, file, facts } of batch) {
      const source = sourceOf(writer, options, stored, entry.source)
      const { sha256, dHash, width, height } = facts
      const image =
        writer.images.findByHash(sha256)?.id ??
        writer.images.insert({ sha256, dHash, width, height, file, split: entry.split })
      writer.images.addSource(image, { source: source.id, path: `${entry.name}.png`, split: entry.split })
      const box = entry.person.box
      const person = writer.people.insert({ image, box })
      writer.people.addSource(person, { source: source.id, key: null, box })
      source.people++
      for (const [name, value] of Object.entries(personLabels(entry.person))) {
        const task = tasks.get(name)
        if (task === undefined) throw new Error(`the profile has no task ${name}`)
        const head = { person, task, source: source.id, state: 'labelled', origin: 'imported', current: true } as const
        const wrong = wrongValue(options, entry, name, value)
        const label = writer.labels.insert({ ...head, value: withinNamespace(wrong?.value ?? value, entry.source) })
        stored.labels[name] = (stored.labels[name] ?? 0) + 1
        if (wrong === null) continue
        notePlantedError(writer.connection, { label, task: name, kind: wrong.kind })
        stored.planted[name] = (stored.planted[name] ?? 0) + 1
      }
    }
    writer.advanceGeneration()
  })
}

async function fill(project: Project, options: SynthesizeOptions, context: JobContext): Promise<Stored> {
  const stored: Stored = { sources: new Map(), labels: {}, planted: {} }
  project.transaction((writer) => {
    for (const [name, schema] of Object.entries(syntheticTasks(options.profile, options.normals))) {
      writer.tasks.insert(name, schema)
    }
  })
  let pending: Promise<Drawn>[] = []
  let done = 0
  const flush = async (): Promise<void> => {
    const batch = await Promise.all(pending)
    pending = []
    storeBatch(project, options, batch, stored)
  }
  try {
    for (const entry of syntheticPeople(options)) {
      context.signal.throwIfAborted()
      const drawn = writePicture(entry, join(project.imagesFolder, entry.source, `${entry.name}.png`))
      // The rejection is met when the batch is stored; until then it must not count as unhandled.
      drawn.catch(() => undefined)
      pending.push(drawn)
      context.progress({ stage: 'drew', done: ++done, total: options.people, unit: 'people' })
      // Drawing blocks: let pictures be written and interrupts be heard between people.
      await new Promise((turn) => setImmediate(turn))
      if (pending.length === batchSize) await flush()
    }
    if (pending.length > 0) await flush()
  } finally {
    await Promise.allSettled(pending)
  }
  return stored
}

export interface SynthesizedProject extends SynthesizeResult {
  /** Task → how many labels were made wrong. */
  readonly planted: Readonly<Record<string, number>>
}

/**
 * Makes a project of synthetic people: pictures as PNG under `images/`, labels with their sources. The folder appears
 * when it is complete, or not at all.
 * @throws MendError `project-exists`; the signal's reason when it is aborted.
 */
export async function synthesizeProject(options: SynthesizeOptions, context: JobContext): Promise<SynthesizedProject> {
  const started = performance.now()
  const folder = resolve(options.project)
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new MendError('project-exists', `${folder} exists and is not empty`, 'choose another name')
  }
  const partial = `${folder}.partial-${process.pid}`
  await removePartialFolders(folder)
  await rm(partial, { recursive: true, force: true })
  try {
    const project = createProject(partial)
    let stored: Stored
    try {
      stored = await fill(project, options, context)
    } finally {
      project.close()
    }
    if (existsSync(folder)) await rmdir(folder)
    await rename(partial, folder)
    const sources = [...stored.sources].map(([name, { id, people }]) => ({ id, name, people }))
    const people = sources.reduce((sum, source) => sum + source.people, 0)
    const seconds = (performance.now() - started) / 1000
    const { labels, planted } = stored
    return { project: folder, sources, images: people, people, labels, seconds, planted }
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}
