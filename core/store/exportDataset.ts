import path from 'node:path'
import type { ExportDataset, ExportImage, ExportLabel, ExportPerson } from '../dataset/export.ts'
import { accepts, selectsLabels, type ExportFilter } from '../dataset/exportFilter.ts'
import { plainTemplate } from '../dataset/skeletonTemplate.ts'
import type { TaskSchema } from '../dataset/task.ts'
import type { Image } from './images.ts'
import type { Person } from './people.ts'
import type { Project } from './project.ts'

const pageSize = 64

export interface ProjectExport extends ExportDataset {
  /** Labels that the export's contract cannot carry, counted while it streams: what, how many, why. */
  losses(): { readonly what: string; readonly count: number; readonly why: string }[]
}

/**
 * A project as exporters want it: labels in force, streamed a page at a time. Rejected labels only `withRejected`.
 * Pictures are named as in their source; with several sources, below a folder named after each. `people`: only these;
 * null: all.
 */
export function exportDataset(
  project: Project,
  filter: ExportFilter,
  withRejected: boolean,
  people: ReadonlySet<number> | null = null,
): ProjectExport {
  const tasks = Object.fromEntries(
    Object.entries(project.tasks.schemas()).flatMap(([name, schema]) =>
      accepts(filter.task, name) ? [[name, schema.kind === 'keypoints' ? plainTemplate(schema) : schema]] : [],
    ),
  )
  const reading = new ExportReading(project, filter, withRejected, tasks, people)
  return {
    name: project.name,
    tasks,
    images: () => reading.images(),
    losses: () => reading.losses(),
  }
}

class ExportReading {
  readonly #project: Project
  readonly #filter: ExportFilter
  readonly #withRejected: boolean
  readonly #tasks: Readonly<Record<string, TaskSchema>>
  readonly #wanted: ReadonlySet<number> | null
  readonly #sourceNames: ReadonlyMap<number, string>
  readonly #folders: ReadonlyMap<number, string>
  readonly #bundles: ReadonlySet<number>
  #cleared = 0
  #candidates = 0

  constructor(
    project: Project,
    filter: ExportFilter,
    withRejected: boolean,
    tasks: Readonly<Record<string, TaskSchema>>,
    people: ReadonlySet<number> | null,
  ) {
    this.#project = project
    this.#filter = filter
    this.#withRejected = withRejected
    this.#tasks = tasks
    this.#wanted = people
    const sources = project.sources.all()
    this.#sourceNames = new Map(sources.map((source) => [source.id, source.name]))
    this.#folders = sourceFolders(sources)
    this.#bundles = new Set(sources.filter(({ format }) => format === 'mend-bundle').map(({ id }) => id))
  }

  async *images(): AsyncGenerator<ExportImage> {
    this.#cleared = 0
    this.#candidates = 0
    for (let after: number | null = 0; after !== null;) {
      const page = this.#project.images.list({ after, limit: pageSize })
      for (const image of page.items) {
        if (!accepts(this.#filter.split, image.split)) continue
        const people = this.#people(image)
        const selects = selectsLabels(this.#filter) || this.#filter.source !== null || this.#wanted !== null
        if (people.length === 0 && selects) continue
        const { id, file, width, height, split } = image
        yield { id, file, name: this.#imageName(image), width, height, split, people }
      }
      after = page.next
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  losses(): { what: string; count: number; why: string }[] {
    const losses = [
      { what: 'cleared labels', count: this.#cleared, why: 'an export holds labels that have a value' },
      { what: 'other candidates', count: this.#candidates, why: 'one label a person and task: the one in force' },
    ]
    return losses.filter(({ count }) => count > 0)
  }

  #people(image: Image): ExportPerson[] {
    return this.#project.people.ofImage(image.id).flatMap((person) => {
      if (this.#wanted?.has(person.id) === false || !this.#hasSource(person)) return []
      const labels = this.#labels(person)
      return Object.keys(labels).length === 0 && selectsLabels(this.#filter)
        ? []
        : [{ id: person.id, box: person.box, labels }]
    })
  }

  #hasSource(person: Person): boolean {
    const { source } = this.#filter
    if (source === null) return true
    const names = this.#project.people.sourcesOf(person.id).map((known) => this.#sourceNames.get(known.source) ?? '')
    return names.some((name) => source.values.includes(name)) !== source.excluded
  }

  #labels(person: Person): Record<string, ExportLabel> {
    const labels: Record<string, ExportLabel> = {}
    for (const label of this.#project.labels.ofPerson(person.id)) {
      if (!Object.hasOwn(this.#tasks, label.task) || !accepts(this.#filter.state, label.state)) continue
      if (label.state === 'rejected' && !this.#withRejected) continue
      if (this.#filter.decision !== null && !accepts(this.#filter.decision, this.#decision(label.id))) continue
      if (!label.current) {
        this.#candidates++
        continue
      }
      const { value, state, origin } = label
      if (value === null) {
        this.#cleared++
        continue
      }
      const own = label.source === null ? null : (this.#sourceNames.get(label.source) ?? null)
      const source = label.bundleSource === null ? own : label.bundleSource || null
      labels[label.task] = { value, state, origin, source, revisions: this.#project.labels.revisions(label.id) }
    }
    return labels
  }

  #decision(label: number): string | null {
    return this.#project.suspects.newestDecision(label)
  }

  #imageName(image: Image): string {
    const source = this.#project.images.sourcesOf(image.id).at(0)
    if (source === undefined) return `project/${image.id}${path.extname(image.file)}`
    // A bundle keeps its pictures below pictures/: the folder is not part of their names.
    const name = this.#bundles.has(source.source) ? source.path.replace(/^pictures\//, '') : source.path
    const folder = this.#folders.get(source.source)
    return this.#folders.size > 1 && folder !== undefined ? `${folder}/${name}` : name
  }
}

/** Source → a folder name that is safe on every system and unique. */
function sourceFolders(sources: readonly { readonly id: number; readonly name: string }[]): Map<number, string> {
  const folders = new Map<number, string>()
  const taken = new Set<string>(['project'])
  for (const { id, name } of sources) {
    let folder = name.replace(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^\.+/, '_')
    if (folder === '' || taken.has(folder.toLowerCase())) folder = `${folder}-${id}`
    taken.add(folder.toLowerCase())
    folders.set(id, folder)
  }
  return folders
}
