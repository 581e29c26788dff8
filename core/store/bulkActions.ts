import type { Split } from '../dataset/label.ts'
import { MendError } from '../dataset/mendError.ts'
import { removePeople } from './bulkRemoval.ts'
import { choosePeople } from './chosenPeople.ts'
import type { ReadConnection, WriteConnection } from './connection.ts'

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

/** People of a part: tens of milliseconds of work, which is how long others' changes wait. */
export const partSize = 100

/** How the title of an action ends until it is complete. */
const unfinishedMark = ', unfinished'

/** An action that is being written. */
export interface BulkWork {
  readonly action: number
  readonly change: BulkChange
  readonly author: string
  readonly tasks: readonly number[]
}

/**
 * Begins an action on many people. Until it ends it belongs to a process, and nobody can undo it. Inside a transaction.
 * @throws MendError `unknown-task`
 */
export function beginBulk(connection: WriteConnection, change: BulkChange, author: string, process: number): BulkWork {
  const tasks = change.type === 'verify' || change.type === 'reject' ? taskIds(connection, change.tasks) : []
  const action = connection.run(
    'INSERT INTO bulk_action (kind, title, at, author, process) VALUES (?, ?, ?, ?, ?)',
    change.type,
    unfinished(titleOf(change, 0)),
    new Date().toISOString(),
    author,
    process,
  ).lastInsertRowid
  return { action, change, author, tasks }
}

/**
 * Does an action's change for a part of the people, noted so that it can be undone. Inside a transaction, which may be one of
 * the part alone. `changed`: what earlier parts changed. @returns what all parts so far changed
 */
export function writePart(
  connection: WriteConnection,
  work: BulkWork,
  people: readonly number[],
  changed: number,
): number {
  connection.script('CREATE TEMP TABLE IF NOT EXISTS changed (id INTEGER PRIMARY KEY, before TEXT)')
  choosePeople(connection, people)
  const now = changed + perform(connection, work)
  const title = unfinished(titleOf(work.change, now))
  connection.run('UPDATE bulk_action SET title = ? WHERE id = ?', title, work.action)
  return now
}

/** Makes an action complete, so that it can be undone; one that changed nothing is forgotten. Inside a transaction. */
export function endBulk(connection: WriteConnection, { action, change }: BulkWork, changed: number): BulkOutcome {
  const title = titleOf(change, changed)
  if (changed === 0) connection.run('DELETE FROM bulk_action WHERE id = ?', action)
  else connection.run('UPDATE bulk_action SET title = ?, process = NULL WHERE id = ?', title, action)
  return { action: changed === 0 ? null : action, title, changed }
}

/**
 * Lets go of an action: one that was being written stays as far as it came, as an action that says so, and one that was being
 * taken back with what is left of it. Both can be undone. Inside a transaction.
 */
export function releaseAction(connection: WriteConnection, action: number): void {
  connection.run('UPDATE bulk_action SET process = NULL WHERE id = ?', action)
}

/** Actions on many people, and the labels that a network gave them. */
export type BulkKind = BulkChange['type'] | 'predict'

/** An action that a process was writing when it ended. */
export interface LostAction {
  readonly action: number
  readonly kind: BulkKind
}

/**
 * Takes over what a process that is gone was writing, so that it can be given up (`withdrawPart`), and lets go of what it was
 * taking back. Inside a transaction.
 */
export function takeOverActions(connection: WriteConnection, gone: number, process: number): LostAction[] {
  const held = heldActions(connection, gone)
  const lost = held.filter(({ title }) => isUnfinished(title))
  for (const { action } of held) releaseAction(connection, action)
  for (const { action } of lost) connection.run('UPDATE bulk_action SET process = ? WHERE id = ?', process, action)
  return lost.map(({ action, kind }) => ({ action, kind }))
}

/** Actions that a process has under way, but for labels that a network is giving. */
export function actionsOf(connection: ReadConnection, process: number): number[] {
  return heldActions(connection, process)
    .filter(({ kind, title }) => kind !== 'predict' || !isUnfinished(title))
    .map(({ action }) => action)
}

function heldActions(connection: ReadConnection, process: number): (LostAction & { readonly title: string })[] {
  return connection.all('SELECT id AS action, kind, title FROM bulk_action WHERE process = ?', process)
}

/** Processes that have an action under way. */
export function writingProcesses(connection: ReadConnection): number[] {
  const rows = connection.all<{ process: number }>('SELECT DISTINCT process FROM bulk_action WHERE process IS NOT NULL')
  return rows.map(({ process }) => process)
}

/** One action on many people, all of it in the transaction that this is in. @throws MendError `unknown-task` */
export function applyBulk(
  connection: WriteConnection,
  people: readonly number[],
  change: BulkChange,
  author: string,
): BulkOutcome {
  const work = beginBulk(connection, change, author, process.pid)
  let changed = 0
  for (let at = 0; at < people.length; at += partSize) {
    changed = writePart(connection, work, people.slice(at, at + partSize), changed)
  }
  return endBulk(connection, work, changed)
}

/** The title of an action that is still being written. */
export const unfinished = (title: string): string => `${title}${unfinishedMark}`

/** The title of an action that nobody writes any more. */
export const finished = (title: string): string =>
  isUnfinished(title) ? title.slice(0, -unfinishedMark.length) : title

const isUnfinished = (title: string): boolean => title.endsWith(unfinishedMark)

function perform(connection: WriteConnection, { action, change, author, tasks }: BulkWork): number {
  switch (change.type) {
    case 'set-split':
      return setSplit(connection, action, change.split)
    case 'assign':
      return assign(connection, action, change.assignee)
    case 'delete':
      return removePeople(connection, action)
    case 'verify':
    case 'reject':
      return setState(connection, action, change.type === 'verify' ? 'verified' : 'rejected', tasks, author)
  }
}

/** Notes what the part changes (`temp.changed`: what, and what it was) for undo. @returns how many */
function noteChanges(connection: WriteConnection, action: number, after: string | null): number {
  return connection.run(
    'INSERT INTO bulk_change (action_id, subject, before, after) SELECT ?, id, before, ? FROM temp.changed',
    action,
    after,
  ).changes
}

function setSplit(connection: WriteConnection, action: number, split: Split | null): number {
  connection.run('DELETE FROM temp.changed')
  connection.run(
    `INSERT INTO temp.changed (id, before) SELECT id, split FROM image WHERE split IS NOT ?
       AND id IN (SELECT image_id FROM person WHERE id IN (SELECT id FROM temp.chosen))`,
    split,
  )
  connection.run('UPDATE image SET split = ? WHERE id IN (SELECT id FROM temp.changed)', split)
  return noteChanges(connection, action, split)
}

function assign(connection: WriteConnection, action: number, assignee: string | null): number {
  connection.run('DELETE FROM temp.changed')
  connection.run(
    `INSERT INTO temp.changed (id, before)
     SELECT chosen.id, assignee FROM temp.chosen LEFT JOIN assignment ON assignment.person_id = chosen.id
     WHERE assignee IS NOT ?`,
    assignee,
  )
  connection.run('DELETE FROM assignment WHERE person_id IN (SELECT id FROM temp.changed)')
  if (assignee !== null) {
    connection.run('INSERT INTO assignment (person_id, assignee) SELECT id, ? FROM temp.changed', assignee)
  }
  return noteChanges(connection, action, assignee)
}

/** Numbers of the tasks; missing: of all. */
function taskIds(connection: WriteConnection, tasks: readonly string[] | undefined): number[] {
  const known = connection.all<{ id: number; name: string }>('SELECT id, name FROM task')
  const missing = tasks?.find((name) => !known.some((task) => task.name === name))
  if (missing !== undefined) {
    const hint = `its tasks: ${known.map((task) => task.name).join(', ')}`
    throw new MendError('unknown-task', `the project has no task ${missing}`, hint)
  }
  return known.filter(({ name }) => tasks?.includes(name) ?? true).map(({ id }) => id)
}

function setState(
  connection: WriteConnection,
  action: number,
  state: 'verified' | 'rejected',
  tasks: readonly number[],
  author: string,
): number {
  connection.run('DELETE FROM temp.changed')
  connection.run(
    `INSERT INTO temp.changed (id, before) SELECT label_id, state FROM label_fact WHERE state NOT IN ('unlabelled', ?)
       AND person_id IN (SELECT id FROM temp.chosen) AND task_id IN (SELECT value FROM json_each(?))`,
    state,
    JSON.stringify(tasks),
  )
  const changes = noteChanges(connection, action, state)
  const why = state === 'verified' ? 'verified with others' : 'rejected with others'
  noteRevisions(connection, author, why, 'SELECT id FROM temp.changed')
  connection.run('UPDATE label SET state = ?, touched = 1 WHERE id IN (SELECT id FROM temp.changed)', state)
  connection.run(
    `UPDATE bulk_change SET revision_id = (SELECT max(id) FROM label_revision WHERE label_id = bulk_change.subject)
     WHERE action_id = ? AND subject IN (SELECT id FROM temp.changed)`,
    action,
  )
  return changes
}

/** What the labels (a query of their ids) are now, before it changes. */
export function noteRevisions(connection: WriteConnection, author: string, why: string, labels: string): void {
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
