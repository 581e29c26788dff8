import type { Project } from '../store/project.ts'
import type { Label } from '../store/labels.ts'
import { keptEmbeddings, similarities } from './runEmbeddings.ts'

/** Somebody whom a run's network takes for the person of a label. */
export interface BelievedIdentity {
  readonly identity: string
  /** Whose picture is nearest. */
  readonly person: number
  readonly image: number
  /** Cosine, −1 … 1. */
  readonly similarity: number
}

/**
 * Whom a run's network takes the person of an identity label for: the identity of the nearest other person by cosine whose own
 * label is believed. Labels that the run flagged are not, unless somebody verified them, nor are rejected ones and people of
 * whom nobody knows who they are. Of equally near ones the first. It may be whom the label names already. null: the run
 * compared nobody else, or not this person.
 */
export function believedIdentity(
  project: Project,
  run: number,
  label: Pick<Label, 'person' | 'task'>,
): BelievedIdentity | null {
  const task = project.tasks.find(label.task)
  if (task === undefined) return null
  const { people, vectors } = keptEmbeddings(project.runFolder(run), label.task)
  const at = people.indexOf(label.person)
  if (at < 0) return null
  const cosines = similarities(vectors, at)
  const believed = believedLabels(project, run, task.id)
  let best = -1
  for (let row = 0; row < people.length; row++) {
    if (row !== at && believed.has(people[row]) && (best < 0 || cosines[row] > cosines[best])) best = row
  }
  const found = best < 0 ? undefined : believed.get(people[best])
  return found === undefined ? null : { ...found, person: people[best], similarity: cosines[best] }
}

/** Person → who they are said to be, of labels that count as right. */
function believedLabels(project: Project, run: number, task: number): Map<number, { image: number; identity: string }> {
  const rows = project.connection.all<{ person: number; image: number; identity: string }>(
    `SELECT fact.person_id AS person, person.image_id AS image, fact.identity FROM label_fact AS fact
     JOIN person ON person.id = fact.person_id
     LEFT JOIN suspect ON suspect.run_id = ? AND suspect.label_id = fact.label_id
     WHERE fact.task_id = ? AND fact.identity IS NOT NULL AND fact.state <> 'rejected'
       AND (fact.state = 'verified' OR coalesce(suspect.flagged, 0) = 0)`,
    run,
    task,
  )
  return new Map(rows.map(({ person, ...said }) => [person, said]))
}
