import type { TaskSchema } from '../dataset/task.ts'
import type { ReadConnection, WriteConnection } from './connection.ts'
import type { Author } from './labels.ts'

export interface TaskRevision {
  readonly revision: number
  readonly at: string
  readonly by: string
  /** Why it was changed, in words. */
  readonly why: string
  /** What the task was before. */
  readonly schema: TaskSchema
}

type TaskRevisionRow = Omit<TaskRevision, 'schema'> & { readonly schema: string }

/** What a task was before each of its changes, oldest first. */
export function taskRevisions(connection: ReadConnection, task: number): TaskRevision[] {
  return connection
    .all<TaskRevisionRow>(
      'SELECT id AS revision, at, author AS by, reason AS why, schema FROM task_revision WHERE task_id = ? ORDER BY id',
      task,
    )
    .map((row) => ({ ...row, schema: JSON.parse(row.schema) as TaskSchema }))
}

/** Notes what a task is before it is changed. @returns the revision's id */
export function addTaskRevision(connection: WriteConnection, task: number, { at, by, why }: Required<Author>): number {
  return connection.run(
    'INSERT INTO task_revision (task_id, at, author, reason, schema) SELECT id, ?, ?, ?, schema FROM task WHERE id = ?',
    at,
    by,
    why,
    task,
  ).lastInsertRowid
}

/**
 * In how many labels in force each joint of a keypoints task is annotated (placed, or said to be absent), by its place in stored
 * values, and how many labels there are.
 */
export function annotatedJoints(
  connection: ReadConnection,
  task: number,
): { readonly labels: number; readonly byPlace: ReadonlyMap<number, number> } {
  const { labels } = connection.one<{ labels: number }>(
    "SELECT count(*) AS labels FROM label WHERE task_id = ? AND current = 1 AND state <> 'unlabelled'",
    task,
  )
  const rows = connection.all<{ place: number; count: number }>(
    `SELECT joint.key AS place, count(*) AS count FROM label, json_each(CAST(label.value AS TEXT)) AS joint
     WHERE task_id = ? AND current = 1 AND label.value IS NOT NULL AND json_extract(joint.value, '$[2]') <> 0 GROUP BY joint.key`,
    task,
  )
  return { labels, byPlace: new Map(rows.map(({ place, count }) => [place, count])) }
}
