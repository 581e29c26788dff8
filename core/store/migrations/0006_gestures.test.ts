import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWriteConnection, type WriteConnection } from '../connection.ts'
import { addChange, changesOf, historyState, insertGesture } from '../gestures.ts'
import { migrate } from '../migrate.ts'
import { initialMigration } from './0001_initial.ts'
import { suspectReviewMigration } from './0002_suspect_review.ts'
import { runHistoryMigration } from './0003_run_history.ts'
import { browsingMigration } from './0004_browsing.ts'
import { plantedErrorsMigration } from './0005_planted_errors.ts'
import { gesturesMigration } from './0006_gestures.ts'

const before = [
  initialMigration,
  suspectReviewMigration,
  runHistoryMigration,
  browsingMigration,
  plantedErrorsMigration,
]
const oldRows = `
INSERT INTO image (id, sha256, dhash, width, height, path, copied) VALUES (1, zeroblob(32), zeroblob(8), 4, 4, 'a', 0);
INSERT INTO person (id, image_id) VALUES (1, 1);
INSERT INTO task (id, name, kind, schema) VALUES (1, 'tags', 'attributes', '{}');
INSERT INTO label (id, person_id, task_id, state, origin, current, value) VALUES
  (11, 1, 1, 'labelled', 'imported', 1, CAST('[true]' AS BLOB));
INSERT INTO label_revision (id, label_id, at, author, reason, origin, state, value) VALUES
  (5, 11, '2026-01-01', 'Ann', 'seen', 'imported', 'labelled', CAST('[false]' AS BLOB));
`

let folder: string
let connection: WriteConnection
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mend-migrate-'))
  connection = openWriteConnection(path.join(folder, 'project.db'))
  migrate(connection, before, 'project.db')
  connection.script(oldRows)
  migrate(connection, [...before, gesturesMigration], 'project.db')
})
afterEach(() => {
  connection.close()
  rmSync(folder, { recursive: true, force: true })
})

test('labels and revisions of an earlier version stay, and nothing of theirs can be undone in the editor', () => {
  expect(connection.all('SELECT id FROM label')).toEqual([{ id: 11 }])
  expect(connection.all('SELECT id, author FROM label_revision')).toEqual([{ id: 5, author: 'Ann' }])
  expect(historyState(connection, 1)).toEqual({ undo: null, redo: null, undoable: 0, redoable: 0 })
})

test('changes of every kind come back as they were noted, in their order', () => {
  const gesture = insertGesture(connection, { key: 'key-0001', image: 1, title: 'all', at: '2026', author: 'Ann' })
  const label = {
    kind: 'label',
    label: 11,
    versionBefore: 0,
    versionAfter: 5,
    undoRevision: 5,
    redoRevision: 6,
  } as const
  const box = { kind: 'box', person: 1, before: null, after: { x: 1, y: 2, width: 3, height: 4 } } as const
  const added = { kind: 'person-added', person: 1, archive: null } as const
  const removed = { kind: 'person-removed', person: 1, archive: 7 } as const
  const decision = { kind: 'decision', decision: 9 } as const
  const changes = [label, box, added, removed, decision]
  for (const change of changes) addChange(connection, gesture, change)
  expect(changesOf(connection, gesture)).toEqual(changes.map((change, index) => ({ ...change, position: index + 1 })))
})

test('a picture takes its gestures along when it goes', () => {
  const gesture = insertGesture(connection, { key: 'key-0001', image: 1, title: 'all', at: '2026', author: 'Ann' })
  addChange(connection, gesture, { kind: 'decision', decision: 9 })
  connection.run('DELETE FROM image')
  expect(connection.all('SELECT * FROM gesture')).toEqual([])
  expect(connection.all('SELECT * FROM gesture_change')).toEqual([])
})
