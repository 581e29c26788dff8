import { setTimeout as delay } from 'node:timers/promises'
import type { Editable, EditsEvent } from '../../api/editing.ts'
import type { LabelState } from '../../dataset/label.ts'
import { MendError } from '../../dataset/mendError.ts'
import { historyState } from '../../store/gestures.ts'
import type { Project } from '../../store/project.ts'

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

function eventOf(project: Project, image: number): EditsEvent {
  const labels = labelRows(project, image)
  const people = project.people.ofImage(image).map(({ id, box }) => ({
    person: id,
    box,
    labels: labels.flatMap(({ person, ...label }) => (person === id ? [label] : [])),
  }))
  return { people, history: historyState(project.connection, image) }
}

/**
 * What a picture's people and labels are at: now, and again after each change by whomever, in this process or another. SQLite
 * counts the changes that other connections make, and the project reads through a connection of its own: so looking costs
 * microseconds while nothing happens.
 * @throws MendError `image-unknown`
 */
export async function* watchEdits(
  project: Project,
  image: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<EditsEvent> {
  editableLabels(project, image)
  let seenVersion: number | null = null
  let told = ''
  while (signal?.aborted !== true) {
    const { data_version: version } = project.connection.one<{ data_version: number }>('PRAGMA data_version')
    if (version !== seenVersion) {
      seenVersion = version
      const event = eventOf(project, image)
      const text = JSON.stringify(event)
      if (text !== told) yield event
      told = text
    }
    await delay(lookEveryMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  }
}
