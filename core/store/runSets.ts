import type { ReadConnection, WriteConnection } from './connection.ts'
import { fromJsonColumn } from './jsonColumn.ts'

export type RunSetPurpose = 'comparison' | 'relations'

export interface RunSet {
  readonly id: number
  readonly name: string
  readonly purpose: RunSetPurpose
  readonly createdAt: string
}

export interface RunSetMember {
  readonly position: number
  readonly line: string
  /** As it was asked for (JSON). */
  readonly request: unknown
  /** null: not made yet, or deleted. A run that somebody took away counts as not made. */
  readonly run: number | null
  /** Why it failed the last time (JSON). */
  readonly error: unknown
}

/** What somebody decided about learning `to` together with `from`. */
export interface DecidedRelation {
  readonly from: string
  readonly to: string
  readonly negative: boolean
}

export interface Evaluation {
  readonly source: number
  readonly sourceName: string
  readonly task: string
  readonly at: string
  readonly people: number
  readonly metrics: Readonly<Record<string, number | null>>
}

interface MemberRow {
  readonly position: number
  readonly line: string
  readonly request: string
  readonly run: number | null
  readonly error: string | null
}

const columns = 'id, name, purpose, created_at AS createdAt'

/** Newest first. */
export function listRunSets(connection: ReadConnection): RunSet[] {
  return connection.all<RunSet>(`SELECT ${columns} FROM run_set ORDER BY id DESC`)
}

export function findRunSet(connection: ReadConnection, id: number): RunSet | undefined {
  return connection.get<RunSet>(`SELECT ${columns} FROM run_set WHERE id = ?`, id)
}

/** In their order. */
export function runSetMembers(connection: ReadConnection, set: number): RunSetMember[] {
  return connection
    .all<MemberRow>(
      `SELECT member.position, member.line, member.request, run.id AS run, member.error FROM run_set_member AS member
       LEFT JOIN run ON run.id = member.run_id AND run.removed_at IS NULL WHERE member.set_id = ? ORDER BY member.position`,
      set,
    )
    .map((row) => ({
      ...row,
      request: JSON.parse(row.request) as unknown,
      error: fromJsonColumn(row.error),
    }))
}

/** @returns the set's id */
export function insertRunSet(
  connection: WriteConnection,
  set: { readonly name: string; readonly purpose: RunSetPurpose },
  members: readonly { readonly line: string; readonly request: unknown }[],
): number {
  const id = connection.run(
    'INSERT INTO run_set (name, purpose, created_at) VALUES (?, ?, ?)',
    set.name,
    set.purpose,
    new Date().toISOString(),
  ).lastInsertRowid
  members.forEach(({ line, request }, position) => {
    connection.run(
      'INSERT INTO run_set_member (set_id, position, line, request) VALUES (?, ?, ?, ?)',
      id,
      position,
      line,
      JSON.stringify(request),
    )
  })
  return id
}

/** Says which run a member is, and forgets an earlier failure. */
export function setMemberRun(connection: WriteConnection, set: number, position: number, run: number): void {
  connection.run(
    'UPDATE run_set_member SET run_id = ?, error = NULL WHERE set_id = ? AND position = ?',
    run,
    set,
    position,
  )
}

export function setMemberError(connection: WriteConnection, set: number, position: number, error: unknown): void {
  connection.run(
    'UPDATE run_set_member SET error = ? WHERE set_id = ? AND position = ?',
    JSON.stringify(error),
    set,
    position,
  )
}

/** The set and its list of members; runs stay. */
export function deleteRunSet(connection: WriteConnection, id: number): void {
  connection.run('DELETE FROM run_set WHERE id = ?', id)
}

/** Runs on the training set with this id, oldest first. */
export function runsOnSnapshot(connection: ReadConnection, snapshot: string): number[] {
  return connection
    .all<{ id: number }>('SELECT id FROM run WHERE snapshot = ? AND removed_at IS NULL ORDER BY id', snapshot)
    .map(({ id }) => id)
}

export function decidedRelations(connection: ReadConnection): DecidedRelation[] {
  return connection
    .all<{ from: string; to: string; negative: number }>(
      `SELECT a.name AS "from", b.name AS "to", relation.negative FROM task_relation AS relation
       JOIN task AS a ON a.id = relation.from_task JOIN task AS b ON b.id = relation.to_task ORDER BY a.id, b.id`,
    )
    .map((row) => ({ ...row, negative: row.negative === 1 }))
}

/** `negative` null: what was measured counts again. */
export function decideRelation(connection: WriteConnection, from: number, to: number, negative: boolean | null): void {
  connection.run('DELETE FROM task_relation WHERE from_task = ? AND to_task = ?', from, to)
  if (negative === null) return
  connection.run(
    'INSERT INTO task_relation (from_task, to_task, negative) VALUES (?, ?, ?)',
    from,
    to,
    negative ? 1 : 0,
  )
}

/** Task → accuracy that was given for a network that learns it alone. */
export function givenPotentials(connection: ReadConnection): Record<string, number> {
  const rows = connection.all<{ name: string; accuracy: number }>(
    'SELECT task.name, accuracy FROM task_potential JOIN task ON task.id = task_potential.task_id ORDER BY task.id',
  )
  return Object.fromEntries(rows.map(({ name, accuracy }) => [name, accuracy]))
}

/** `accuracy` null: what was measured counts again. */
export function givePotential(connection: WriteConnection, task: number, accuracy: number | null): void {
  connection.run('DELETE FROM task_potential WHERE task_id = ?', task)
  if (accuracy !== null) connection.run('INSERT INTO task_potential (task_id, accuracy) VALUES (?, ?)', task, accuracy)
}

/** A run's figures on sources that it was evaluated on, by source and task. */
export function evaluationsOf(connection: ReadConnection, run: number): Evaluation[] {
  return connection
    .all<Omit<Evaluation, 'metrics'> & { metrics: string }>(
      `SELECT source_id AS source, source.name AS sourceName, task, at, people, metrics FROM run_evaluation
       JOIN source ON source.id = source_id WHERE run_id = ? ORDER BY source_id, task`,
      run,
    )
    .map((row) => ({ ...row, metrics: JSON.parse(row.metrics) as Evaluation['metrics'] }))
}

/** Replaces what an earlier evaluation on the same source and task found. */
export function keepEvaluation(
  connection: WriteConnection,
  run: number,
  { source, task, people, metrics }: Omit<Evaluation, 'at' | 'sourceName'>,
): void {
  connection.run(
    `INSERT OR REPLACE INTO run_evaluation (run_id, source_id, task, at, people, metrics) VALUES (?, ?, ?, ?, ?, ?)`,
    run,
    source,
    task,
    new Date().toISOString(),
    people,
    JSON.stringify(metrics),
  )
}
