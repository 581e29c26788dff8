import { setTimeout as delay } from 'node:timers/promises'
import type { Editable, EditsEvent } from '../../api/editing.ts'
import type { TaskView } from '../../api/labels.ts'
import type { LabelState } from '../../dataset/label.ts'
import { MendError } from '../../dataset/mendError.ts'
import { historyState } from '../../store/gestures.ts'
import type { Project } from '../../store/project.ts'
import { taskViewOf } from '../drawnLabels.ts'

/** How soon a change by another window, or another program, is noticed. */
const lookEveryMs = 250

interface LabelRow {
  readonly person: number
  readonly task: string
  readonly label: number
  readonly revision: number
  readonly state: LabelState
  readonly by: string | null
  readonly at: string | null
}

/** Versions of the labels in force in a picture. */
function labelRows(project: Project, image: number): LabelRow[] {
  return project.connection.all<LabelRow>(
    `SELECT label.person_id AS person, task.name AS task, label.id AS label, label.state,
       coalesce(newest.id, 0) AS revision, newest.author AS by, newest.at
     FROM person JOIN label ON label.person_id = person.id AND label.current = 1 JOIN task ON task.id = label.task_id
     LEFT JOIN label_revision AS newest
       ON newest.id = (SELECT max(id) FROM label_revision WHERE label_id = label.id)
     WHERE person.image_id = ? ORDER BY person.id, task.id`,
    image,
  )
}

/** The bases of edits of a picture, and what its history allows. @throws MendError `image-unknown` */
export function editableLabels(project: Project, image: number): Editable {
  if (project.images.get(image) === undefined) {
    throw new MendError('image-unknown', `there is no image ${image}`, 'Look at the list again.')
  }
  const labels = labelRows(project, image).map(({ person, task, label, revision, state }) => {
    return { person, task, label, revision, state }
  })
  return { labels, history: historyState(project.connection, image) }
}

type WatchedPerson = EditsEvent['people'][number]

function watchedPeople(project: Project, image: number): WatchedPerson[] {
  const labels = new Map<number, WatchedPerson['labels']>()
  for (const { person, ...label } of labelRows(project, image)) {
    const known = labels.get(person)
    if (known === undefined) labels.set(person, [label])
    else known.push(label)
  }
  return project.people.ofImage(image).map(({ id, box }) => ({ person: id, box, labels: labels.get(id) ?? [] }))
}

/** What a window was told last, and what it must be told now: of thousands of people, those who changed. */
class Told {
  #people: ReadonlyMap<number, string> | null = null
  #tasks = ''
  #history = ''

  /** null: nothing of it is news */
  news(
    people: readonly WatchedPerson[],
    tasks: readonly TaskView[],
    history: EditsEvent['history'],
  ): EditsEvent | null {
    const before = this.#people
    const now = new Map(people.map((person) => [person.person, JSON.stringify(person)]))
    const changed = people.filter(({ person }) => before?.get(person) !== now.get(person))
    const removed = [...(before?.keys() ?? [])].filter((person) => !now.has(person))
    const historyNow = JSON.stringify(history)
    const tasksNow = JSON.stringify(tasks)
    const newTasks = tasksNow === this.#tasks ? null : [...tasks]
    const same = changed.length === 0 && removed.length === 0 && newTasks === null && historyNow === this.#history
    this.#people = now
    this.#tasks = tasksNow
    this.#history = historyNow
    if (before !== null && same) return null
    return { whole: before === null, people: changed, removed, tasks: newTasks, history }
  }
}

/**
 * What a picture's people and labels are at: now, and after each change by whomever, in this process or another, those whom it
 * concerns. SQLite counts the changes that other connections make, and the project reads through a connection of its own: so
 * looking costs microseconds while nothing happens.
 * @throws MendError `image-unknown`, at once: what is thrown while a stream is read reaches no client as what it is
 */
export function watchEdits(
  project: Project,
  image: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<EditsEvent> {
  editableLabels(project, image)
  return editsOf(project, image, signal)
}

async function* editsOf(project: Project, image: number, signal: AbortSignal | undefined): AsyncGenerator<EditsEvent> {
  let seenVersion: number | null = null
  const told = new Told()
  while (signal?.aborted !== true) {
    const { data_version: version } = project.connection.one<{ data_version: number }>('PRAGMA data_version')
    if (version !== seenVersion) {
      seenVersion = version
      const tasks = project.tasks.all().map(({ name, schema }) => taskViewOf(name, schema))
      const event = told.news(watchedPeople(project, image), tasks, historyState(project.connection, image))
      if (event !== null) yield event
    }
    await delay(lookEveryMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  }
}
