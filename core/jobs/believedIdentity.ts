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
  cosines[at] = -Infinity
  for (const row of nearestFirst(cosines)) {
    if (row === at) break
    const said = believedLabel(project, run, task.id, people[row])
    if (said !== undefined) return { ...said, person: people[row], similarity: cosines[row] }
  }
  return null
}

/** Rows of the first few are found one by one: most often one is enough, and sorting 200,000 takes a sixth of a second. */
const searched = 16

/** Rows by falling cosine, of equal ones the first. */
function* nearestFirst(cosines: Float32Array): Generator<number> {
  const left = cosines.slice()
  const first = Math.min(searched, left.length)
  for (let found = 0; found < first; found++) {
    let best = 0
    for (let row = 1; row < left.length; row++) if (left[row] > left[best]) best = row
    yield best
    left[best] = -Infinity
  }
  yield* Uint32Array.from(cosines.keys())
    .sort((a, b) => cosines[b] - cosines[a])
    .subarray(first)
}

/** Who somebody is said to be by a label that counts as right. */
function believedLabel(
  project: Project,
  run: number,
  task: number,
  person: number,
): { image: number; identity: string } | undefined {
  return project.connection.get(
    `SELECT person.image_id AS image, fact.identity FROM label_fact AS fact JOIN person ON person.id = fact.person_id
     LEFT JOIN suspect ON suspect.run_id = ? AND suspect.label_id = fact.label_id
     WHERE fact.person_id = ? AND fact.task_id = ? AND fact.identity IS NOT NULL AND fact.state <> 'rejected'
       AND (fact.state = 'verified' OR coalesce(suspect.flagged, 0) = 0)`,
    run,
    person,
    task,
  )
}
