import type { LabelValue } from '../dataset/label.ts'
import { unfinished } from './bulkActions.ts'
import type { ReadConnection, WriteConnection } from './connection.ts'
import type { ProjectWriter } from './project.ts'

/** A label that a network gives to somebody who has none of the task. */
export interface PredictedLabel {
  readonly person: number
  readonly task: number
  readonly value: LabelValue
}

/** Those of the people, ascending, who lack a label of one of the tasks (their numbers). */
export function peopleLacking(
  connection: ReadConnection,
  people: readonly number[] | null,
  tasks: readonly number[],
): number[] {
  return connection
    .all<{ id: number }>(
      `SELECT id FROM person WHERE (? IS NULL OR id IN (SELECT value FROM json_each(?)))
         AND EXISTS (SELECT 1 FROM json_each(?) AS wanted WHERE NOT EXISTS
           (SELECT 1 FROM label WHERE person_id = person.id AND task_id = wanted.value AND current = 1 AND state <> 'unlabelled'))
       ORDER BY id`,
      people === null ? null : 1,
      JSON.stringify(people ?? []),
      JSON.stringify(tasks),
    )
    .map(({ id }) => id)
}

/**
 * Begins an action that its labels are noted under. Until it ends it belongs to a process, and nobody can undo it.
 * @returns its number
 */
export function beginPrediction(connection: WriteConnection, title: string, author: string, process: number): number {
  return connection.run(
    "INSERT INTO bulk_action (kind, title, at, author, process) VALUES ('predict', ?, ?, ?, ?)",
    unfinished(title),
    new Date().toISOString(),
    author,
    process,
  ).lastInsertRowid
}

/** Names the action as it ended; one that wrote nothing is forgotten. @returns its number, or null */
export function endPrediction(connection: WriteConnection, action: number, title: string): number | null {
  const { changes } = connection.run(
    'DELETE FROM bulk_action WHERE id = ? AND NOT EXISTS (SELECT 1 FROM bulk_change WHERE action_id = ?)',
    action,
    action,
  )
  if (changes > 0) return null
  connection.run('UPDATE bulk_action SET title = ?, process = NULL WHERE id = ?', title, action)
  return action
}

/**
 * Writes a network's labels, origin `model`, where there is still none: somebody may have labelled meanwhile. A label that was
 * cleared gets its value as a revision. Inside a transaction. @returns whether each was written
 */
export function writePredictions(
  writer: ProjectWriter,
  action: number,
  labels: readonly PredictedLabel[],
  author: { readonly by: string; readonly why: string },
): boolean[] {
  return labels.map(({ person, task, value }) => {
    const known = writer.connection.get<{ id: number; state: string }>(
      'SELECT id, state FROM label WHERE person_id = ? AND task_id = ? AND current = 1',
      person,
      task,
    )
    if (known !== undefined && known.state !== 'unlabelled') return false
    const version = { value, state: 'labelled', origin: 'model' } as const
    if (known !== undefined) writer.labels.replace(known.id, version, author)
    const label = known?.id ?? writer.labels.insert({ person, task, source: null, current: true, ...version })
    writer.connection.run(
      `INSERT INTO bulk_change (action_id, subject, before, after, revision_id)
       VALUES (?, ?, ?, 'labelled', (SELECT max(id) FROM label_revision WHERE label_id = ?))`,
      action,
      label,
      known?.state ?? null,
      label,
    )
    return true
  })
}

/**
 * Takes a prediction's labels from … to back, as far as nobody has touched them since: those that it made are gone, those that
 * were cleared are cleared again, as a revision.
 */
export function restorePredictions(
  connection: WriteConnection,
  action: number,
  from: number,
  to: number,
  author: string,
): number {
  const made = connection.run(
    `DELETE FROM label WHERE origin = 'model' AND state = 'labelled' AND touched = 0
       AND NOT EXISTS (SELECT 1 FROM label_revision WHERE label_id = label.id)
       AND id IN (SELECT subject FROM bulk_change WHERE action_id = ? AND subject BETWEEN ? AND ? AND before IS NULL)`,
    action,
    from,
    to,
  ).changes
  connection.script('CREATE TEMP TABLE IF NOT EXISTS cleared (id INTEGER PRIMARY KEY, revision INTEGER)')
  connection.run('DELETE FROM temp.cleared')
  const { changes } = connection.run(
    `INSERT INTO temp.cleared (id, revision) SELECT subject, revision_id FROM bulk_change
     WHERE action_id = ? AND subject BETWEEN ? AND ? AND before IS NOT NULL
       AND revision_id = (SELECT max(id) FROM label_revision WHERE label_id = subject)`,
    action,
    from,
    to,
  )
  connection.run(
    `INSERT INTO label_revision (label_id, at, author, reason, origin, state, value, asset)
     SELECT id, ?, ?, 'undone', origin, state, value, asset FROM label WHERE id IN (SELECT id FROM temp.cleared)`,
    new Date().toISOString(),
    author,
  )
  connection.run(
    `UPDATE label SET (state, origin, value, asset) =
       (SELECT past.state, past.origin, past.value, past.asset FROM temp.cleared
        JOIN label_revision AS past ON past.id = temp.cleared.revision WHERE temp.cleared.id = label.id)
     WHERE id IN (SELECT id FROM temp.cleared)`,
  )
  return made + changes
}
