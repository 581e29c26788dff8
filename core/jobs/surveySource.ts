import { randomUUID } from 'node:crypto'
import { visibility, type Box, type LabelValue } from '../dataset/label.ts'
import type { Mapping } from '../dataset/mapping.ts'
import { MendError } from '../dataset/mendError.ts'
import { mappedNames } from '../dataset/proposeMapping.ts'
import type { ImageRecord, PersonRecord, SourceSchema } from '../dataset/record.ts'
import type { TaskSchema } from '../dataset/task.ts'
import { encodeLabelValue } from '../store/labelCodec.ts'
import type { Project } from '../store/project.ts'
import { FactsCache } from './factsCache.ts'
import { proposeImport, type ImportOptions } from './importSource.ts'
import { SkipTally, type SkippedReason } from './skipTally.ts'
import { listedImages, readOptions } from './sourceReading.ts'

/** A person of the source that shows what one of its names means. */
export interface SourceExample {
  /** Relative to the source's folder. */
  readonly path: string
  readonly box: Box | null
  readonly task: string
  /** Index among the task's names; null: shows the task as a whole. */
  readonly component: number | null
  /** Encoded: masks of hundreds of people would fill the memory. */
  readonly value: Uint8Array
}

export interface SurveyedTask {
  readonly schema: TaskSchema
  /** Labels among the people that were looked at. */
  readonly labels: number
  readonly examples: readonly string[]
  /** In the schema's order: how many of those labels have the name (a joint placed, a part seen, an attribute "yes"). */
  readonly components: readonly {
    readonly name: string
    readonly count: number
    readonly examples: readonly string[]
  }[]
}

/** A first look at a source, before its pictures are read: what it calls things, with people that show each name. */
export interface SourceSurvey {
  readonly survey: string
  readonly project: Project
  readonly place: string
  readonly root: string
  readonly name: string
  readonly format: string
  readonly schema: SourceSchema
  readonly mapping: Mapping
  readonly doubtful: readonly string[]
  /** Images whose annotations were looked at. */
  readonly looked: number
  readonly people: number
  readonly skipped: readonly SkippedReason[]
  readonly tasks: Readonly<Record<string, SurveyedTask>>
  readonly examples: ReadonlyMap<string, SourceExample>
  readonly facts: FactsCache
}

const examplesOfName = 3
const examplesOfTask = 4
/** Images that are always looked at, and at most, if some name still lacks examples. */
const fewestImages = 60
const mostImages = 2000
const longMs = 5000
/** Where nobody was seen with a label of some task yet. */
const longestMs = 12_000

/**
 * Looks at the first images of a source. Throws what `planImport` throws of a source, except for its pictures, which are
 * not read.
 */
export async function surveySource(
  project: Project,
  source: string,
  options: Pick<ImportOptions, 'format' | 'mapping' | 'options' | 'signal' | 'onProgress'> = {},
): Promise<SourceSurvey> {
  const { found, schema, mapping, doubtful } = await proposeImport(project, source, { ...options, confirmed: false })
  const collector = new ExampleCollector(schema)
  const skipped = new SkipTally()
  const total = listedImages(schema, mostImages)
  const started = performance.now()
  for await (const record of found.format.read(found.place, readOptions(options, mapping))) {
    options.signal?.throwIfAborted()
    if (record.type === 'skipped') skipped.add(record.reason, record.where, record.detail)
    else collector.add(record)
    options.onProgress?.({ stage: 'reading', done: collector.images, total })
    const long = performance.now() - started > (collector.hasEveryTask ? longMs : longestMs)
    if (collector.images >= mostImages || (collector.images >= fewestImages && (long || collector.isComplete))) break
  }
  return {
    survey: randomUUID(),
    project,
    place: found.place,
    root: found.root,
    name: found.name,
    format: found.format.name,
    schema,
    mapping,
    doubtful,
    looked: collector.images,
    people: collector.people,
    skipped: skipped.report(),
    tasks: collector.tasks(),
    examples: collector.examples,
    facts: new FactsCache(),
  }
}

interface TaskCollection {
  readonly schema: TaskSchema
  readonly examples: string[]
  readonly components: { readonly name: string; count: number; readonly examples: string[] }[]
  labels: number
}

class ExampleCollector {
  readonly examples = new Map<string, SourceExample>()
  readonly #tasks = new Map<string, TaskCollection>()
  images = 0
  people = 0

  constructor(schema: SourceSchema) {
    for (const [name, task] of Object.entries(schema.tasks)) {
      const components = mappedNames(task).map((component) => ({ name: component, count: 0, examples: [] }))
      this.#tasks.set(name, { schema: task, labels: 0, examples: [], components })
    }
  }

  /** Whether every name has examples. */
  get isComplete(): boolean {
    return (
      this.hasEveryTask &&
      [...this.#tasks.values()].every(({ components }) =>
        components.every(({ examples }) => examples.length >= examplesOfName),
      )
    )
  }

  get hasEveryTask(): boolean {
    return [...this.#tasks.values()].every(({ labels }) => labels > 0)
  }

  add(image: ImageRecord): void {
    this.images++
    for (const person of image.people) {
      this.people++
      for (const [task, value] of Object.entries(person.labels)) this.#addLabel(image, person, task, value)
    }
  }

  tasks(): Record<string, SurveyedTask> {
    return Object.fromEntries(this.#tasks)
  }

  #addLabel(image: ImageRecord, person: PersonRecord, task: string, value: LabelValue): void {
    const collection = this.#tasks.get(task)
    if (collection === undefined) return
    collection.labels++
    let encoded: Uint8Array | null = null
    const keep = (component: number | null, list: string[]): void => {
      encoded ??= encodeLabelValue(value)
      const id = String(this.examples.size)
      this.examples.set(id, { path: image.path, box: person.box ?? extentOf(value), task, component, value: encoded })
      list.push(id)
    }
    if (collection.examples.length < examplesOfTask) keep(null, collection.examples)
    for (const index of shownComponents(value)) {
      const component = collection.components.at(index)
      if (component === undefined) continue
      component.count++
      if (component.examples.length < examplesOfName) keep(index, component.examples)
    }
  }
}

/** Components that a value shows: joints placed, parts seen, attributes that hold, numbers given. */
function shownComponents(value: LabelValue): Iterable<number> {
  switch (value.kind) {
    case 'keypoints':
      return indices(value.joints, ({ v }) => v === visibility.hidden || v === visibility.visible)
    case 'attributes':
      return indices(value.values, (answer) => answer === true)
    case 'parts':
      return new Set(value.data)
    case 'vector':
      return indices([...value.values], (number) => !Number.isNaN(number))
    case 'identity':
    case 'depth':
    case 'normals':
      return []
  }
}

function indices<T>(list: readonly T[], shown: (entry: T) => boolean): number[] {
  return list.flatMap((entry, index) => (shown(entry) ? [index] : []))
}

/** Where a label without a box lies; null: nowhere in particular. */
function extentOf(value: LabelValue): Box | null {
  if (value.kind === 'parts' || value.kind === 'depth' || value.kind === 'normals') {
    const { left, top, width, height } = value
    return width > 0 && height > 0 ? { x: left, y: top, width, height } : null
  }
  if (value.kind !== 'keypoints') return null
  const placed = value.joints.filter(({ v }) => v === visibility.hidden || v === visibility.visible)
  if (placed.length < 2) return null
  const [xs, ys] = [placed.map(({ x }) => x), placed.map(({ y }) => y)]
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  const [width, height] = [Math.max(...xs) - x, Math.max(...ys) - y]
  return width >= 1 && height >= 1 ? { x, y, width, height } : null
}

/** Throws `example-unknown`. */
export function exampleOf(survey: SourceSurvey, id: string): SourceExample {
  const example = survey.examples.get(id)
  if (example !== undefined) return example
  throw new MendError('example-unknown', `there is no example ${id}`, 'Open the source again.')
}
