import { MendError } from '../dataset/mendError.ts'
import { finished, noteRevisions, partSize, type BulkKind } from './bulkActions.ts'
import { removedPeople, restorePeople } from './bulkRemoval.ts'
import type { ReadConnection, WriteConnection } from './connection.ts'
import { restorePredictions } from './predictedLabels.ts'
import { archiveKind } from './personArchive.ts'

export interface UndoOutcome {
  readonly action: number
  readonly title: string
  readonly restored: number
  readonly skipped: number
}

/** An action that is being taken back. */
export interface UndoWork {
  readonly action: number
  readonly kind: BulkKind
  readonly title: string
  readonly author: string
  /** Labels, pictures or people that it changed, or that are left of them where an earlier undo was interrupted. */
  readonly total: number
}

/** How much of an action is taken back: `looked` at, of these `restored`. */
export interface UndoState {
  readonly looked: number
  readonly restored: number
}

export const nothingUndone: UndoState = { looked: 0, restored: 0 }

/**
 * Begins to take an action back; until that ends it belongs to a process, and nobody else can. `wanted` missing: the newest
 * that is complete. Inside a transaction.
 * @throws MendError `nothing-to-undo`, `action-under-way`
 */
export function beginUndo(
  connection: WriteConnection,
  wanted: number | undefined,
  author: string,
  process: number,
): UndoWork {
  const found = connection.get<{ id: number; kind: BulkKind; title: string; process: number | null }>(
    `SELECT id, kind, title, process FROM bulk_action
     WHERE undone_at IS NULL AND kind <> '${archiveKind}' AND id = coalesce(?, id) AND (process IS NULL OR ? IS NOT NULL)
     ORDER BY id DESC LIMIT 1`,
    wanted ?? null,
    wanted ?? null,
  )
  if (found === undefined) {
    throw new MendError('nothing-to-undo', 'there is no action to undo', 'It may be undone already, in another window.')
  }
  const { id, kind, title } = found
  if (found.process !== null) {
    const hint = 'Wait until it is done, or cancel it.'
    throw new MendError('action-under-way', `"${title}" is still being written, or taken back`, hint)
  }
  // Who is killed while taking it back was not writing it.
  connection.run('UPDATE bulk_action SET process = ?, title = ? WHERE id = ?', process, finished(title), id)
  return { action: id, kind, title, author, total: changesLeft(connection, id, kind) }
}

/** Labels, pictures or people that an action changed and that are not taken back. */
export function changesLeft(connection: ReadConnection, action: number, kind: BulkKind): number {
  if (kind === 'delete') return removedPeople(connection, action)
  return connection.one<{ changes: number }>('SELECT count(*) AS changes FROM bulk_change WHERE action_id = ?', action)
    .changes
}

/**
 * Takes the next part back, as far as nobody has changed the same since; what was looked at is no longer noted, so that an
 * interrupted undo goes on where it was. Inside a transaction, which may be one of the part alone. @returns the state after it
 */
export function undoPart(connection: WriteConnection, work: UndoWork, state: UndoState): UndoState {
  const part = work.kind === 'delete' ? restorePeople(connection, work.action, partSize) : undoChanges(connection, work)
  if (part.looked === 0) throw new Error(`${state.looked} of ${work.total} changes were there to be taken back`)
  return { looked: state.looked + part.looked, restored: state.restored + part.restored }
}

/** Notes that an action is taken back. Inside a transaction. */
export function endUndo(connection: WriteConnection, { action, title }: UndoWork, state: UndoState): UndoOutcome {
  const now = new Date().toISOString()
  connection.run('UPDATE bulk_action SET undone_at = ?, process = NULL WHERE id = ?', now, action)
  return { action, title, restored: state.restored, skipped: state.looked - state.restored }
}

/** Takes an action back, all in the transaction that this is in. @throws MendError `nothing-to-undo`, `action-under-way` */
export function undoBulk(connection: WriteConnection, wanted: number | undefined, author: string): UndoOutcome {
  const work = beginUndo(connection, wanted, author, process.pid)
  let state = nothingUndone
  while (state.looked < work.total) state = undoPart(connection, work, state)
  return endUndo(connection, work, state)
}

/**
 * Takes the next part of an action back that was given up on its way, as if it had never been: revisions that it made go too.
 * Inside a transaction. @returns whether anything was left
 */
export function withdrawPart(connection: WriteConnection, action: number, kind: BulkKind): boolean {
  if (kind === 'delete') return restorePeople(connection, action, partSize).looked > 0
  const restore = kind === 'verify' || kind === 'reject' ? withdrawStates : restorers[kind]
  return takeBack(connection, action, restore, '').looked > 0
}

/** Forgets an action of which nothing is left. Inside a transaction. */
export function forgetAction(connection: WriteConnection, action: number): void {
  connection.run('DELETE FROM bulk_action WHERE id = ?', action)
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

function undoChanges(connection: WriteConnection, { action, kind, author }: UndoWork): UndoState {
  if (kind === 'delete') throw new Error('people come back with all that hangs on them')
  return takeBack(connection, action, restorers[kind], author)
}

function takeBack(connection: WriteConnection, action: number, restore: Restorer, author: string): UndoState {
  const subjects = connection.all<{ subject: number }>(
    'SELECT subject FROM bulk_change WHERE action_id = ? ORDER BY subject LIMIT ?',
    action,
    partSize,
  )
  const [first, last] = [subjects.at(0), subjects.at(-1)]
  if (first === undefined || last === undefined) return nothingUndone
  const restored = restore(connection, action, first.subject, last.subject, author)
  connection.run(
    'DELETE FROM bulk_change WHERE action_id = ? AND subject BETWEEN ? AND ?',
    action,
    first.subject,
    last.subject,
  )
  return { looked: subjects.length, restored }
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
  emptyRestored(connection)
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
  const changes = chooseUntouched(connection, action, from, to)
  noteRevisions(connection, author, 'undone', 'SELECT id FROM temp.restored')
  connection.run(
    `UPDATE label SET state = (SELECT former FROM temp.restored WHERE restored.id = label.id)
     WHERE id IN (SELECT id FROM temp.restored)`,
  )
  return changes
}

function withdrawStates(connection: WriteConnection, action: number, from: number, to: number): number {
  const changes = chooseUntouched(connection, action, from, to)
  connection.run('DELETE FROM label_revision WHERE id IN (SELECT revision FROM temp.restored)')
  connection.run(
    `UPDATE label SET state = (SELECT former FROM temp.restored WHERE restored.id = label.id),
       touched = EXISTS (SELECT 1 FROM label_revision WHERE label_id = label.id)
     WHERE id IN (SELECT id FROM temp.restored)`,
  )
  return changes
}

/** Labels whose newest revision is the action's. @returns how many */
function chooseUntouched(connection: WriteConnection, action: number, from: number, to: number): number {
  emptyRestored(connection)
  return connection.run(
    `INSERT INTO temp.restored (id, former, revision) SELECT subject, before, revision_id FROM bulk_change
     WHERE action_id = ? AND subject BETWEEN ? AND ?
       AND revision_id = (SELECT max(id) FROM label_revision WHERE label_id = subject)`,
    action,
    from,
    to,
  ).changes
}

function emptyRestored(connection: WriteConnection): void {
  connection.script('CREATE TEMP TABLE IF NOT EXISTS restored (id INTEGER PRIMARY KEY, former TEXT, revision INTEGER)')
  connection.run('DELETE FROM temp.restored')
}
