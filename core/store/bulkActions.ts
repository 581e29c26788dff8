import type { Split } from '../dataset/label.ts'
import { MendError } from '../dataset/mendError.ts'
import type { WriteConnection } from './connection.ts'
import { choosePeople } from './chosenPeople.ts'
import { removePeople, restorePeople } from './bulkRemoval.ts'
import { archiveKind } from './personArchive.ts'

export type BulkChange =
  | { readonly type: 'set-split'; readonly split: Split | null }
  | { readonly type: 'verify' | 'reject'; readonly tasks?: readonly string[] }
  | { readonly type: 'assign'; readonly assignee: string | null }
  | { readonly type: 'delete' }

export interface BulkOutcome {
  /** null: nothing had to be changed. */
  readonly action: number | null
  readonly title: string
  /** People, labels or pictures that changed. */
  readonly changed: number
}

export interface UndoOutcome {
  readonly action: number
  readonly title: string
  readonly restored: number
  readonly skipped: number
}

/** One action on many people, noted so that it can be undone. Inside a transaction. @throws MendError `unknown-task` */
export function applyBulk(
  connection: WriteConnection,
  people: readonly number[],
  change: BulkChange,
  author: string,
): BulkOutcome {
  choosePeople(connection, people)
  const action = connection.run(
    "INSERT INTO bulk_action (kind, title, at, author) VALUES (?, '', ?, ?)",
    change.type,
    new Date().toISOString(),
    author,
  ).lastInsertRowid
  const changed = perform(connection, action, change, author)
  const title = titleOf(change, changed)
  if (changed === 0) connection.run('DELETE FROM bulk_action WHERE id = ?', action)
  else connection.run('UPDATE bulk_action SET title = ? WHERE id = ?', title, action)
  return { action: changed === 0 ? null : action, title, changed }
}

function perform(connection: WriteConnection, action: number, change: BulkChange, author: string): number {
  switch (change.type) {
    case 'set-split':
      return setSplit(connection, action, change.split)
    case 'assign':
      return assign(connection, action, change.assignee)
    case 'delete':
      return removePeople(connection, action)
    case 'verify':
    case 'reject':
      return setState(connection, action, change.type === 'verify' ? 'verified' : 'rejected', change.tasks, author)
  }
}

function setSplit(connection: WriteConnection, action: number, split: Split | null): number {
  const { changes } = connection.run(
    `INSERT INTO bulk_change (action_id, subject, before, after)
     SELECT ?, id, split, ? FROM image WHERE split IS NOT ?
       AND id IN (SELECT image_id FROM person WHERE id IN (SELECT id FROM temp.chosen))`,
    action,
    split,
    split,
  )
  connection.run(
    'UPDATE image SET split = ? WHERE id IN (SELECT subject FROM bulk_change WHERE action_id = ?)',
    split,
    action,
  )
  return changes
}

function assign(connection: WriteConnection, action: number, assignee: string | null): number {
  const { changes } = connection.run(
    `INSERT INTO bulk_change (action_id, subject, before, after)
     SELECT ?, chosen.id, assignee, ? FROM temp.chosen LEFT JOIN assignment ON assignment.person_id = chosen.id
     WHERE assignee IS NOT ?`,
    action,
    assignee,
    assignee,
  )
  writeAssignments(connection, action, 'after')
  return changes
}

function writeAssignments(connection: WriteConnection, action: number, side: 'before' | 'after'): void {
  const people = `SELECT subject FROM bulk_change WHERE action_id = ?`
  connection.run(`DELETE FROM assignment WHERE person_id IN (${people})`, action)
  connection.run(
    `INSERT INTO assignment (person_id, assignee) SELECT subject, ${side} FROM bulk_change
     WHERE action_id = ? AND ${side} IS NOT NULL AND subject IN (SELECT id FROM person)`,
    action,
  )
}

function setState(
  connection: WriteConnection,
  action: number,
  state: 'verified' | 'rejected',
  tasks: readonly string[] | undefined,
  author: string,
): number {
  const known = connection.all<{ id: number; name: string }>('SELECT id, name FROM task')
  const missing = tasks?.find((name) => !known.some((task) => task.name === name))
  if (missing !== undefined) {
    const hint = `its tasks: ${known.map((task) => task.name).join(', ')}`
    throw new MendError('unknown-task', `the project has no task ${missing}`, hint)
  }
  const ids = known.filter(({ name }) => tasks?.includes(name) ?? true).map(({ id }) => id)
  const { changes } = connection.run(
    `INSERT INTO bulk_change (action_id, subject, before, after)
     SELECT ?, label_id, state, ? FROM label_fact WHERE state NOT IN ('unlabelled', ?)
       AND person_id IN (SELECT id FROM temp.chosen) AND task_id IN (SELECT value FROM json_each(?))`,
    action,
    state,
    state,
    JSON.stringify(ids),
  )
  const why = state === 'verified' ? 'verified with others' : 'rejected with others'
  noteRevisions(connection, author, why, `SELECT subject FROM bulk_change WHERE action_id = ${action}`)
  connection.run(
    'UPDATE label SET state = ?, touched = 1 WHERE id IN (SELECT subject FROM bulk_change WHERE action_id = ?)',
    state,
    action,
  )
  connection.run(
    `UPDATE bulk_change SET revision_id =
       (SELECT max(id) FROM label_revision WHERE label_id = bulk_change.subject) WHERE action_id = ?`,
    action,
  )
  return changes
}

function noteRevisions(connection: WriteConnection, author: string, why: string, labels: string): void {
  connection.run(
    `INSERT INTO label_revision (label_id, at, author, reason, origin, state, value, asset)
     SELECT id, ?, ?, ?, origin, state, value, asset FROM label WHERE id IN (${labels})`,
    new Date().toISOString(),
    author,
    why,
  )
}

function titleOf(change: BulkChange, changed: number): string {
  const count = (one: string, many: string): string => `${changed} ${changed === 1 ? one : many}`
  const tasks = change.type === 'verify' || change.type === 'reject' ? change.tasks : undefined
  const labels = `${count('label', 'labels')}${tasks === undefined ? '' : ` of ${tasks.join(', ')}`}`
  switch (change.type) {
    case 'set-split':
      return `Split of ${count('picture', 'pictures')} is now ${change.split ?? 'open'}`
    case 'assign':
      return change.assignee === null
        ? `${count('person is', 'people are')} no longer assigned`
        : `${count('person is', 'people are')} assigned to ${change.assignee}`
    case 'delete':
      return `Deleted ${count('person', 'people')}`
    case 'verify':
      return `Verified ${labels}`
    case 'reject':
      return `Rejected ${labels}`
  }
}

/**
 * Takes an action back, as far as nobody has changed the same since. Inside a transaction.
 * @throws MendError `nothing-to-undo`
 */
export function undoBulk(connection: WriteConnection, wanted: number | undefined, author: string): UndoOutcome {
  const found = connection.get<{ id: number; kind: BulkChange['type']; title: string }>(
    `SELECT id, kind, title FROM bulk_action
     WHERE undone_at IS NULL AND kind <> '${archiveKind}' AND id = coalesce(?, id) ORDER BY id DESC LIMIT 1`,
    wanted ?? null,
  )
  if (found === undefined) {
    throw new MendError('nothing-to-undo', 'there is no action to undo', 'It may be undone already, in another window.')
  }
  const outcome = takeBack(connection, found.id, found.kind, author)
  connection.run('UPDATE bulk_action SET undone_at = ? WHERE id = ?', new Date().toISOString(), found.id)
  return { action: found.id, title: found.title, ...outcome }
}

interface TakenBack {
  readonly restored: number
  readonly skipped: number
}

function takeBack(connection: WriteConnection, action: number, kind: BulkChange['type'], author: string): TakenBack {
  if (kind === 'delete') return restorePeople(connection, action)
  const { all } = connection.one<{ all: number }>(
    'SELECT count(*) AS "all" FROM bulk_change WHERE action_id = ?',
    action,
  )
  const restored =
    kind === 'set-split'
      ? restoreSplits(connection, action)
      : kind === 'assign'
        ? restoreAssignments(connection, action)
        : restoreStates(connection, action, author)
  return { restored, skipped: all - restored }
}

function restoreSplits(connection: WriteConnection, action: number): number {
  return connection.run(
    `UPDATE image SET split = (SELECT before FROM bulk_change WHERE action_id = ? AND subject = image.id)
     WHERE id IN (SELECT subject FROM bulk_change WHERE action_id = ? AND after IS image.split)`,
    action,
    action,
  ).changes
}

function restoreAssignments(connection: WriteConnection, action: number): number {
  // What somebody assigned anew since is taken out of what is written back.
  connection.run(
    `DELETE FROM bulk_change WHERE action_id = ? AND (subject NOT IN (SELECT id FROM person)
       OR after IS NOT (SELECT assignee FROM assignment WHERE person_id = subject))`,
    action,
  )
  writeAssignments(connection, action, 'before')
  return connection.one<{ count: number }>('SELECT count(*) AS count FROM bulk_change WHERE action_id = ?', action)
    .count
}

/** Only where the action's revision is the label's newest. */
function restoreStates(connection: WriteConnection, action: number, author: string): number {
  connection.script(
    'CREATE TEMP TABLE IF NOT EXISTS restored (id INTEGER PRIMARY KEY, state TEXT); DELETE FROM temp.restored',
  )
  const { changes } = connection.run(
    `INSERT INTO temp.restored (id, state) SELECT subject, before FROM bulk_change
     WHERE action_id = ? AND revision_id = (SELECT max(id) FROM label_revision WHERE label_id = subject)`,
    action,
  )
  noteRevisions(connection, author, 'undone', 'SELECT id FROM temp.restored')
  connection.run(
    `UPDATE label SET state = (SELECT state FROM temp.restored WHERE restored.id = label.id)
     WHERE id IN (SELECT id FROM temp.restored)`,
  )
  return changes
}
