import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWriteConnection, type WriteConnection } from '../connection.ts'
import { migrate } from '../migrate.ts'
import { initialMigration } from './0001_initial.ts'
import { suspectReviewMigration } from './0002_suspect_review.ts'
import { runHistoryMigration } from './0003_run_history.ts'
import { browsingMigration } from './0004_browsing.ts'

let folder: string
let connection: WriteConnection
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mend-migrate-'))
  connection = openWriteConnection(path.join(folder, 'project.db'))
  migrate(connection, before, 'project.db')
  connection.script(oldRows)
  migrate(connection, [...before, browsingMigration], 'project.db')
})
afterEach(() => {
  connection.close()
  rmSync(folder, { recursive: true, force: true })
})

const before = [initialMigration, suspectReviewMigration, runHistoryMigration]
const oldRows = `
INSERT INTO image (id, sha256, dhash, width, height, path, copied) VALUES (1, zeroblob(32), zeroblob(8), 4, 4, 'a', 0);
INSERT INTO person (id, image_id) VALUES (1, 1), (2, 1);
INSERT INTO task (id, name, kind, schema) VALUES
  (1, 'tags', 'attributes', '{}'), (2, 'joints', 'keypoints', '{}'), (3, 'who', 'identity', '{}'), (4, 'parts', 'parts', '{}');
INSERT INTO label (id, person_id, task_id, state, origin, current, value) VALUES
  (11, 1, 1, 'labelled', 'imported', 1, CAST('[true,null,false]' AS BLOB)),
  (12, 1, 2, 'verified', 'imported', 1, CAST('[[1,2,2],[0,0,0],[3,4,1],[5,6,2]]' AS BLOB)),
  (13, 1, 3, 'labelled', 'imported', 1, CAST('{"identity":"street/17","camera":2}' AS BLOB)),
  (14, 1, 4, 'rejected', 'imported', 1, x'010203'),
  (15, 2, 1, 'labelled', 'imported', 0, CAST('[true,true,true]' AS BLOB));
`

const changed = (): number[] =>
  connection
    .all<{ id: number }>('SELECT person_id AS id FROM person_change ORDER BY sequence, person_id')
    .map((row) => row.id)
const newest = (): number =>
  connection.one<{ at: number }>('SELECT coalesce(max(sequence), 0) AS at FROM person_change').at

test('labels in force of an earlier version can be filtered by what they say', () => {
  expect(
    connection.all('SELECT label_id, state, visible_joints, answers, identity FROM label_fact ORDER BY label_id'),
  ).toEqual([
    { label_id: 11, state: 'labelled', visible_joints: null, answers: 'tnf', identity: null },
    { label_id: 12, state: 'verified', visible_joints: 2, answers: null, identity: null },
    { label_id: 13, state: 'labelled', visible_joints: null, answers: null, identity: 'street/17' },
    { label_id: 14, state: 'rejected', visible_joints: null, answers: null, identity: null },
  ])
})

test('facts follow their labels: changed, out of force, into force, deleted', () => {
  connection.run("UPDATE label SET value = CAST('[false]' AS BLOB), state = 'verified' WHERE id = 11")
  expect(connection.one('SELECT state, answers FROM label_fact WHERE label_id = 11')).toEqual({
    state: 'verified',
    answers: 'f',
  })
  connection.run('UPDATE label SET current = 0 WHERE id = 11')
  connection.run('UPDATE label SET current = 1 WHERE id = 15')
  connection.run('DELETE FROM label WHERE id = 12')
  expect(connection.all('SELECT label_id FROM label_fact ORDER BY label_id')).toEqual([
    { label_id: 13 },
    { label_id: 14 },
    { label_id: 15 },
  ])
})

test('every change of a person gets a new number, however often and whatever changes', () => {
  expect(changed()).toEqual([])
  const numbers: number[] = []
  for (const sql of [
    "UPDATE label SET state = 'verified' WHERE id = 11",
    "UPDATE label SET state = 'labelled' WHERE id = 11",
    "UPDATE image SET split = 'val'",
    'UPDATE person SET x = 1, y = 1, width = 1, height = 1 WHERE id = 2',
    "INSERT OR IGNORE INTO assignment VALUES (2, 'me')",
    'DELETE FROM person WHERE id = 2',
  ]) {
    connection.run(sql)
    numbers.push(newest())
  }
  for (let at = 1; at < numbers.length; at++) expect(numbers[at]).toBeGreaterThan(numbers[at - 1])
  expect(changed()).toEqual([1, 2])
})

test('values that are no JSON are passed over', () => {
  connection.run(
    "INSERT INTO label (id, person_id, task_id, state, origin, current, value) VALUES (16, 2, 2, 'labelled', 'imported', 1, x'00')",
  )
  expect(connection.one('SELECT visible_joints FROM label_fact WHERE label_id = 16')).toEqual({ visible_joints: null })
})

test('the tables of removed people have every column of theirs', () => {
  for (const table of [
    'person',
    'person_source',
    'assignment',
    'label',
    'label_revision',
    'suspect',
    'suspect_decision',
  ]) {
    const columns = (name: string): string[] =>
      connection
        .all<{ name: string }>(`SELECT name FROM pragma_table_info('${name}') ORDER BY name`)
        .map((row) => row.name)
    expect(columns(`removed_${table}`).filter((name) => name !== 'action_id')).toEqual(columns(table))
  }
})
