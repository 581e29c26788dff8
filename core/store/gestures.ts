import type { Box } from '../dataset/label.ts'
import type { ReadConnection, WriteConnection } from './connection.ts'

/** What a person did at once in the editor. */
export interface Gesture {
  readonly id: number
  readonly key: string
  readonly image: number
  readonly title: string
  readonly at: string
  readonly author: string
  readonly state: 'done' | 'undone' | 'dropped'
}

/** One change of a gesture; where it stands in the gesture's order is its `position`. */
export type GestureChange =
  | {
      readonly kind: 'label'
      readonly label: number
      /** Revision that the label must be at to be changed (again). */
      readonly versionBefore: number
      /** Revision that it must be at to be changed back. */
      readonly versionAfter: number
      /** Revision with the content from before. */
      readonly undoRevision: number
      /** Revision with the content from after, once undone. */
      readonly redoRevision: number | null
    }
  | { readonly kind: 'box'; readonly person: number; readonly before: Box | null; readonly after: Box | null }
  /** `archive`: where the person's rows are while they are away. */
  | { readonly kind: 'person-added' | 'person-removed'; readonly person: number; readonly archive: number | null }
  /** A suspect's decision (suspect_decision). */
  | { readonly kind: 'decision'; readonly decision: number }

export type PlacedChange = GestureChange & { readonly position: number }

interface ChangeRow {
  readonly position: number
  readonly kind: GestureChange['kind']
  readonly subject: number
  readonly versionBefore: number | null
  readonly versionAfter: number | null
  readonly undoRevision: number | null
  readonly redoRevision: number | null
  readonly boxBefore: string | null
  readonly boxAfter: string | null
  readonly archive: number | null
}

const columns = 'id, key, image_id AS image, title, at, author, state'

/** A gesture by the name that its window gave it. */
export function findGesture(connection: ReadConnection, key: string): Gesture | undefined {
  return connection.get<Gesture>(`SELECT ${columns} FROM gesture WHERE key = ?`, key)
}

/** The gesture of a picture to undo next. */
export function newestDone(connection: ReadConnection, image: number): Gesture | undefined {
  return connection.get<Gesture>(
    `SELECT ${columns} FROM gesture WHERE image_id = ? AND state = 'done' ORDER BY id DESC LIMIT 1`,
    image,
  )
}

/** The gesture of a picture to do again next: what was undone last is the oldest of those undone. */
export function nextUndone(connection: ReadConnection, image: number): Gesture | undefined {
  return connection.get<Gesture>(
    `SELECT ${columns} FROM gesture WHERE image_id = ? AND state = 'undone' ORDER BY id LIMIT 1`,
    image,
  )
}

export interface HistoryState {
  /** Title of what would be undone next; null: nothing. */
  readonly undo: string | null
  readonly redo: string | null
  readonly undoable: number
  readonly redoable: number
}

/** What a picture's history allows. */
export function historyState(connection: ReadConnection, image: number): HistoryState {
  const count = (state: string): number =>
    connection.one<{ count: number }>(
      'SELECT count(*) AS count FROM gesture WHERE image_id = ? AND state = ?',
      image,
      state,
    ).count
  return {
    undo: newestDone(connection, image)?.title ?? null,
    redo: nextUndone(connection, image)?.title ?? null,
    undoable: count('done'),
    redoable: count('undone'),
  }
}

/** In the order in which they were made. */
export function changesOf(connection: ReadConnection, gesture: number): PlacedChange[] {
  return connection
    .all<ChangeRow>(
      `SELECT position, kind, subject, version_before AS versionBefore, version_after AS versionAfter,
         undo_revision AS undoRevision, redo_revision AS redoRevision, box_before AS boxBefore, box_after AS boxAfter, archive
       FROM gesture_change WHERE gesture_id = ? ORDER BY position`,
      gesture,
    )
    .map(changeOf)
}

/** Notes a finished gesture; what had been undone in the picture can no longer be done again. @returns its id */
export function insertGesture(
  connection: WriteConnection,
  gesture: Pick<Gesture, 'key' | 'image' | 'title' | 'at' | 'author'>,
): number {
  connection.run("UPDATE gesture SET state = 'dropped' WHERE image_id = ? AND state = 'undone'", gesture.image)
  return connection.run(
    "INSERT INTO gesture (key, image_id, title, at, author, state) VALUES (?, ?, ?, ?, ?, 'done')",
    gesture.key,
    gesture.image,
    gesture.title,
    gesture.at,
    gesture.author,
  ).lastInsertRowid
}

export function setGestureState(connection: WriteConnection, gesture: number, state: Gesture['state']): void {
  connection.run('UPDATE gesture SET state = ? WHERE id = ?', state, gesture)
}

/** Adds a change to a gesture, after those it has. */
export function addChange(connection: WriteConnection, gesture: number, change: GestureChange): void {
  const box = (value: Box | null): string => JSON.stringify(value)
  const label = change.kind === 'label' ? change : null
  connection.run(
    `INSERT INTO gesture_change (gesture_id, position, kind, subject, version_before, version_after, undo_revision,
       redo_revision, box_before, box_after, archive)
     VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM gesture_change WHERE gesture_id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    gesture,
    gesture,
    change.kind,
    subjectOf(change),
    label?.versionBefore ?? null,
    label?.versionAfter ?? null,
    label?.undoRevision ?? null,
    label?.redoRevision ?? null,
    change.kind === 'box' ? box(change.before) : null,
    change.kind === 'box' ? box(change.after) : null,
    change.kind === 'person-added' || change.kind === 'person-removed' ? change.archive : null,
  )
}

/** Where the person of a change is kept while they are away; null: they are here. */
export function setArchive(
  connection: WriteConnection,
  gesture: number,
  position: number,
  archive: number | null,
): void {
  connection.run(
    'UPDATE gesture_change SET archive = ? WHERE gesture_id = ? AND position = ?',
    archive,
    gesture,
    position,
  )
}

/** The revision with what undoing took away. */
export function setRedoRevision(
  connection: WriteConnection,
  gesture: number,
  position: number,
  revision: number,
): void {
  connection.run(
    'UPDATE gesture_change SET redo_revision = ? WHERE gesture_id = ? AND position = ?',
    revision,
    gesture,
    position,
  )
}

/** The decision that takes the place of one that was taken back. */
export function setDecision(connection: WriteConnection, gesture: number, position: number, decision: number): void {
  connection.run(
    'UPDATE gesture_change SET subject = ? WHERE gesture_id = ? AND position = ?',
    decision,
    gesture,
    position,
  )
}

/** A label is again what it was at version `from`, now under the number `to`: its gestures go on from there. */
export function renameVersion(connection: WriteConnection, label: number, from: number, to: number): void {
  for (const column of ['version_before', 'version_after']) {
    connection.run(
      `UPDATE gesture_change SET ${column} = ? WHERE kind = 'label' AND subject = ? AND ${column} = ?`,
      to,
      label,
      from,
    )
  }
}

function subjectOf(change: GestureChange): number {
  switch (change.kind) {
    case 'label':
      return change.label
    case 'decision':
      return change.decision
    default:
      return change.person
  }
}

function changeOf(row: ChangeRow): PlacedChange {
  const { position, subject } = row
  const box = (text: string | null): Box | null => (text === null ? null : (JSON.parse(text) as Box | null))
  switch (row.kind) {
    case 'label':
      return {
        position,
        kind: 'label',
        label: subject,
        versionBefore: row.versionBefore ?? 0,
        versionAfter: row.versionAfter ?? 0,
        undoRevision: row.undoRevision ?? 0,
        redoRevision: row.redoRevision,
      }
    case 'box':
      return { position, kind: 'box', person: subject, before: box(row.boxBefore), after: box(row.boxAfter) }
    case 'decision':
      return { position, kind: 'decision', decision: subject }
    case 'person-added':
    case 'person-removed':
      return { position, kind: row.kind, person: subject, archive: row.archive }
  }
}
