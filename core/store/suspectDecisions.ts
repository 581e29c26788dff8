import type { LabelOrigin, LabelState } from '../dataset/label.ts'
import type { ReadConnection, WriteConnection } from './connection.ts'
import type { SuspectDecision } from './suspects.ts'

/** What a decision is compared with before it is made, so that two windows notice each other. */
export interface SuspectVersion {
  readonly decision: SuspectDecision | null
  readonly decidedAt: string | null
  /** Id of the label's newest revision; 0: never changed. */
  readonly revision: number
}

export interface LoggedDecision {
  readonly id: number
  readonly batch: number
  readonly label: number
  readonly decision: SuspectDecision
  readonly previous: SuspectDecision | null
  readonly revision: number | null
  readonly at: string
  readonly author: string
}

const logged = `id, batch, label_id AS label, decision, previous, revision_id AS revision, at, author`

/** undefined: the run did not rank the label. */
export function suspectVersion(connection: ReadConnection, run: number, label: number): SuspectVersion | undefined {
  return connection.get<SuspectVersion>(
    `SELECT decision, decided_at AS decidedAt,
       coalesce((SELECT max(id) FROM label_revision WHERE label_id = suspect.label_id), 0) AS revision
     FROM suspect WHERE run_id = ? AND label_id = ?`,
    run,
    label,
  )
}

/** A label's newest revision (0: never changed) and its state. */
export function labelVersion(connection: ReadConnection, label: number): { revision: number; state: LabelState } {
  return connection.one(
    `SELECT state, coalesce((SELECT max(id) FROM label_revision WHERE label_id = label.id), 0) AS revision
     FROM label WHERE id = ?`,
    label,
  )
}

/** Decisions on a label in any run, newest first, taken-back ones left out. */
export function decisionsOf(
  connection: ReadConnection,
  label: number,
): { run: number; decision: SuspectDecision; at: string; author: string }[] {
  return connection.all(
    `SELECT run_id AS run, decision, at, author FROM suspect_decision
     WHERE label_id = ? AND undone_at IS NULL ORDER BY id DESC`,
    label,
  )
}

/** A label's revisions without their values: who changed it, when, why, and what state it was in before. */
export function revisionHeads(
  connection: ReadConnection,
  label: number,
): { at: string; by: string; why: string; state: LabelState; origin: LabelOrigin }[] {
  return connection.all(
    'SELECT at, author AS by, reason AS why, state, origin FROM label_revision WHERE label_id = ? ORDER BY id',
    label,
  )
}

/** The next number for decisions that are made together. */
export function nextBatch(connection: ReadConnection): number {
  return connection.one<{ batch: number }>('SELECT coalesce(max(batch), 0) + 1 AS batch FROM suspect_decision').batch
}

/** The newest decisions of a run that can be taken back: all of one batch; empty when there are none. */
export function newestBatch(connection: ReadConnection, run: number): LoggedDecision[] {
  return connection.all<LoggedDecision>(
    `SELECT ${logged} FROM suspect_decision WHERE undone_at IS NULL AND run_id = ? AND batch =
       (SELECT max(batch) FROM suspect_decision WHERE run_id = ? AND undone_at IS NULL) ORDER BY id DESC`,
    run,
    run,
  )
}

/** How many batches of decisions of a run can be taken back. */
export function undoableBatches(connection: ReadConnection, run: number): number {
  return connection.one<{ count: number }>(
    'SELECT count(DISTINCT batch) AS count FROM suspect_decision WHERE run_id = ? AND undone_at IS NULL',
    run,
  ).count
}

/** Has the label been changed since a decision by anything but decisions that were taken back? */
export function changedSince(connection: ReadConnection, label: number, revision: number): boolean {
  const row = connection.get(
    `SELECT 1 FROM label_revision AS later WHERE label_id = ? AND id > ? AND NOT EXISTS
       (SELECT 1 FROM suspect_decision WHERE revision_id = later.id AND undone_at IS NOT NULL) AND NOT EXISTS
       (SELECT 1 FROM suspect_decision WHERE undo_revision_id = later.id) LIMIT 1`,
    label,
    revision,
  )
  return row !== undefined
}

/** A decision with its run, and when it was taken back (null: it stands). */
export function decisionById(
  connection: ReadConnection,
  id: number,
): (LoggedDecision & { readonly run: number; readonly undoneAt: string | null }) | undefined {
  return connection.get(`SELECT ${logged}, run_id AS run, undone_at AS undoneAt FROM suspect_decision WHERE id = ?`, id)
}

/**
 * Notes a decision; `revision` is the label's revision that it made, null where the label stayed as it was.
 * @returns its id
 */
export function logDecision(
  connection: WriteConnection,
  entry: Omit<LoggedDecision, 'id'> & { readonly run: number },
): number {
  return connection.run(
    `INSERT INTO suspect_decision (batch, run_id, label_id, decision, previous, revision_id, at, author)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    entry.batch,
    entry.run,
    entry.label,
    entry.decision,
    entry.previous,
    entry.revision,
    entry.at,
    entry.author,
  ).lastInsertRowid
}

/** Marks a decision as taken back; `undoRevision`: the label's revision that taking it back made, null for none. */
export function markUndone(connection: WriteConnection, id: number, at: string, undoRevision: number | null): void {
  connection.run('UPDATE suspect_decision SET undone_at = ?, undo_revision_id = ? WHERE id = ?', at, undoRevision, id)
}

export function newestRevision(connection: ReadConnection, label: number): number {
  return connection.one<{ id: number }>(
    'SELECT coalesce(max(id), 0) AS id FROM label_revision WHERE label_id = ?',
    label,
  ).id
}

/**
 * Brings a label back to what a revision says it was, byte for byte, as a change of its own.
 * @returns the id of the new revision
 */
export function restoreRevision(
  connection: WriteConnection,
  { label, revision }: { readonly label: number; readonly revision: number },
  author: { readonly by: string; readonly why: string; readonly at: string },
): number {
  const made = connection.run(
    `INSERT INTO label_revision (label_id, at, author, reason, origin, state, value, asset)
     SELECT id, ?, ?, ?, origin, state, value, asset FROM label WHERE id = ?`,
    author.at,
    author.by,
    author.why,
    label,
  ).lastInsertRowid
  connection.run(
    `UPDATE label SET (state, origin, value, asset) =
       (SELECT state, origin, value, asset FROM label_revision WHERE id = ?), touched = 1 WHERE id = ?`,
    revision,
    label,
  )
  return made
}
