import { createHash } from 'node:crypto'
import type { Box, LabelValue, Split } from '../dataset/label.ts'
import type { Project } from './project.ts'

/** What a snapshot freezes of one person. */
export interface FrozenPerson {
  readonly person: number
  readonly file: string
  /** Upright size of the picture. */
  readonly size: { readonly width: number; readonly height: number }
  readonly box: Box | null
  readonly split: Split
  readonly labels: Readonly<Record<string, { readonly labelId: number; readonly value: LabelValue }>>
}

export interface FreezeQuery {
  /** Tasks to freeze; people without a label of any of them are left out. */
  readonly tasks: readonly string[]
  /** Share, 0 … 1, of the images without a split that validate instead of train; by person where identities are frozen. */
  readonly validationShare: number
  /** Chooses which: the same seed and image always give the same split. */
  readonly seed: number
  /** At most this many people: an even choice among all, the same for the same seed. */
  readonly limit?: number
  /** People who came with one of these sources, and of their labels those of these sources or made in the project. */
  readonly sources?: readonly number[]
  /** Leaves labels out that a network made and nobody looked at. */
  readonly withoutPredictions?: boolean
}

const pageSize = 64

/**
 * Everybody who has a label in force, `labelled` or `verified`, of one of the tasks: by image, then person, a page at a
 * time, so that memory does not grow with the project.
 */
export async function* streamFreezePeople(project: Project, query: FreezeQuery): AsyncGenerator<FrozenPerson> {
  const identityTasks = query.tasks.filter((name) => project.tasks.find(name)?.schema.kind === 'identity')
  const chosen = query.limit === undefined ? null : chooseByHash(project, query, query.limit)
  for (let after: number | null = 0; after !== null;) {
    const page = project.images.list({ after, limit: pageSize })
    for (const image of page.items) {
      for (const person of project.people.ofImage(image.id)) {
        if (chosen !== null && !chosen.has(person.id)) continue
        const labels = trainableLabels(project, person.id, query)
        if (Object.keys(labels).length === 0) continue
        const split =
          image.split ?? drawSplit(whomTheImageShows(project, image.id, identityTasks) ?? image.sha256, query)
        const { width, height } = image
        yield { person: person.id, file: image.file, size: { width, height }, box: person.box, split, labels }
      }
    }
    after = page.next
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** People that `streamFreezePeople` yields. */
export function countFreezePeople(project: Project, query: FreezeQuery): number {
  const people = labelledPeople(project, query).length
  return Math.min(people, query.limit ?? people)
}

/** A number in [0, 1) from the picture's content and the seed: the same on every machine. */
function drawUnit(sha256: string, seed: number, purpose: string): number {
  const digest = createHash('sha256').update(`${purpose}:${seed}:${sha256}`).digest()
  return digest.readUIntBE(0, 6) / 2 ** 48
}

/**
 * Whom a picture is drawn into a split by: the first person whom one of the tasks names in it, so that those who validate are
 * others than those who were learnt from. null: it shows nobody known.
 */
function whomTheImageShows(project: Project, image: number, identityTasks: readonly string[]): string | null {
  if (identityTasks.length === 0) return null
  for (const { id } of project.people.ofImage(image)) {
    for (const { value, state } of project.labels.currentOf(id, identityTasks)) {
      if (state !== 'rejected' && value?.kind === 'identity' && value.identity !== null) return value.identity
    }
  }
  return null
}

function drawSplit(content: string, { validationShare, seed }: FreezeQuery): Split {
  return drawUnit(content, seed, 'split') < validationShare ? 'val' : 'train'
}

function trainableLabels(project: Project, person: number, query: FreezeQuery): FrozenPerson['labels'] {
  const { tasks, sources, withoutPredictions } = query
  const labels: Record<string, { labelId: number; value: LabelValue }> = {}
  if (sources !== undefined && !cameWith(project, person, sources)) return labels
  for (const { id, task, state, value, source, origin } of project.labels.currentOf(person, tasks)) {
    if (withoutPredictions === true && origin === 'model' && state !== 'verified') continue
    if (sources !== undefined && source !== null && !sources.includes(source)) continue
    if (value !== null && (state === 'labelled' || state === 'verified')) labels[task] = { labelId: id, value }
  }
  return labels
}

function cameWith(project: Project, person: number, sources: readonly number[]): boolean {
  const row = project.connection.get(
    'SELECT 1 FROM person_source WHERE person_id = ? AND source_id IN (SELECT value FROM json_each(?)) LIMIT 1',
    person,
    JSON.stringify(sources),
  )
  return row !== undefined
}

function labelledPeople(project: Project, { tasks, sources }: FreezeQuery): { id: number; sha256: string }[] {
  const chosen = sources === undefined ? null : JSON.stringify(sources)
  return project.connection.all<{ id: number; sha256: string }>(
    `SELECT person.id, lower(hex(image.sha256)) AS sha256 FROM person JOIN image ON image.id = person.image_id
     WHERE EXISTS (SELECT 1 FROM label JOIN task ON task.id = label.task_id
       WHERE label.person_id = person.id AND label.current = 1 AND label.state IN ('labelled', 'verified')
         AND task.name IN (SELECT value FROM json_each(?))
         AND (? IS NULL OR label.source_id IS NULL OR label.source_id IN (SELECT value FROM json_each(?))))
     AND (? IS NULL OR EXISTS (SELECT 1 FROM person_source
       WHERE person_source.person_id = person.id AND person_source.source_id IN (SELECT value FROM json_each(?))))
     ORDER BY person.id`,
    JSON.stringify(tasks),
    ...[chosen, chosen, chosen, chosen],
  )
}

/** The `limit` people whose hash is lowest: an even draw over sources, and a larger limit only adds people. */
function chooseByHash(project: Project, query: FreezeQuery, limit: number): ReadonlySet<number> {
  const drawn = labelledPeople(project, query)
    .map(({ id, sha256 }) => ({ id, draw: drawUnit(`${sha256}:${id}`, query.seed, 'limit') }))
    .sort((a, b) => a.draw - b.draw)
  return new Set(drawn.slice(0, limit).map(({ id }) => id))
}
