import { MendError } from '../dataset/mendError.ts'
import { noteRevisions, type BulkChange, type BulkProgress } from './bulkActions.ts'
import { restorePeople } from './bulkRemoval.ts'
import type { WriteConnection } from './connection.ts'
import { restorePredictions } from './predictedLabels.ts'
import { archiveKind } from './personArchive.ts'

export interface UndoOutcome {
  readonly action: number
  readonly title: string
  readonly restored: number
  readonly skipped: number
}

/** What can be undone: actions on many people, and the labels that a network gave them. */
type BulkKind = BulkChange['type'] | 'predict'

const partSize = 500

/**
 * Takes an action back, part by part, as far as nobody has changed the same since. Inside a transaction.
 * @throws MendError `nothing-to-undo`
 */
export function undoBulk(
  connection: WriteConnection,
  wanted: number | undefined,
  author: string,
  onProgress: BulkProgress = () => undefined,
): UndoOutcome {
  const found = connection.get<{ id: number; kind: BulkKind; title: string }>(
    `SELECT id, kind, title FROM bulk_action
     WHERE undone_at IS NULL AND kind <> '${archiveKind}' AND id = coalesce(?, id) ORDER BY id DESC LIMIT 1`,
    wanted ?? null,
  )
  if (found === undefined) {
    throw new MendError('nothing-to-undo', 'there is no action to undo', 'It may be undone already, in another window.')
  }
  const { id, kind, title } = found
  const outcome =
    kind === 'delete'
      ? restorePeople(connection, id, onProgress)
      : restoreChanges(connection, id, restorers[kind], author, onProgress)
  connection.run('UPDATE bulk_action SET undone_at = ? WHERE id = ?', new Date().toISOString(), id)
  return { action: id, title, ...outcome }
}

/** How many labels, pictures or people an action changed; what its undo has to look at. */
export function bulkSize(connection: Pick<WriteConnection, 'one'>, action: number): number {
  const { size } = connection.one<{ size: number }>(
    `SELECT (SELECT count(*) FROM bulk_change WHERE action_id = ?)
       + (SELECT count(*) FROM removed_person WHERE action_id = ?) AS size`,
    action,
    action,
  )
  return size
}

/** Restores what an action changed in the subjects from … to. @returns how many */
type Restorer = (connection: WriteConnection, action: number, from: number, to: number, author: string) => number

const restorers: Readonly<Record<Exclude<BulkKind, 'delete'>, Restorer>> = {
  'set-split': restoreSplits,
  assign: restoreAssignments,
  verify: restoreStates,
  reject: restoreStates,
  predict: restorePredictions,
}

function restoreChanges(
  connection: WriteConnection,
  action: number,
  restore: Restorer,
  author: string,
  onProgress: BulkProgress,
): { readonly restored: number; readonly skipped: number } {
  const subjects = connection
    .all<{ subject: number }>('SELECT subject FROM bulk_change WHERE action_id = ? ORDER BY subject', action)
    .map(({ subject }) => subject)
  let restored = 0
  for (let at = 0; at < subjects.length; at += partSize) {
    const end = Math.min(subjects.length, at + partSize)
    restored += restore(connection, action, subjects[at], subjects[end - 1], author)
    onProgress(end, subjects.length)
  }
  return { restored, skipped: subjects.length - restored }
}

function restoreSplits(connection: WriteConnection, action: number, from: number, to: number): number {
  return connection.run(
    `UPDATE image SET split = (SELECT before FROM bulk_change WHERE action_id = ? AND subject = image.id)
     WHERE id IN (SELECT subject FROM bulk_change
       WHERE action_id = ? AND subject BETWEEN ? AND ? AND after IS image.split)`,
    action,
    action,
    from,
    to,
  ).changes
}

/** Not what somebody assigned anew since. */
function restoreAssignments(connection: WriteConnection, action: number, from: number, to: number): number {
  connection.script('CREATE TEMP TABLE IF NOT EXISTS restored (id INTEGER PRIMARY KEY, former TEXT)')
  connection.run('DELETE FROM temp.restored')
  const { changes } = connection.run(
    `INSERT INTO temp.restored (id, former) SELECT subject, before FROM bulk_change
     WHERE action_id = ? AND subject BETWEEN ? AND ? AND subject IN (SELECT id FROM person)
       AND after IS (SELECT assignee FROM assignment WHERE person_id = subject)`,
    action,
    from,
    to,
  )
  connection.run('DELETE FROM assignment WHERE person_id IN (SELECT id FROM temp.restored)')
  connection.run(
    `INSERT INTO assignment (person_id, assignee) SELECT id, former FROM temp.restored WHERE former IS NOT NULL`,
  )
  return changes
}

/** Only where the action's revision is the label's newest. */
function restoreStates(connection: WriteConnection, action: number, from: number, to: number, author: string): number {
  connection.script('CREATE TEMP TABLE IF NOT EXISTS restored (id INTEGER PRIMARY KEY, former TEXT)')
  connection.run('DELETE FROM temp.restored')
  const { changes } = connection.run(
    `INSERT INTO temp.restored (id, former) SELECT subject, before FROM bulk_change
     WHERE action_id = ? AND subject BETWEEN ? AND ?
       AND revision_id = (SELECT max(id) FROM label_revision WHERE label_id = subject)`,
    action,
    from,
    to,
  )
  noteRevisions(connection, author, 'undone', 'SELECT id FROM temp.restored')
  connection.run(
    `UPDATE label SET state = (SELECT former FROM temp.restored WHERE restored.id = label.id)
     WHERE id IN (SELECT id FROM temp.restored)`,
  )
  return changes
}
