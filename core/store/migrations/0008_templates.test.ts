import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWriteConnection, type WriteConnection } from '../connection.ts'
import { migrate } from '../migrate.ts'
import { migrations } from './all.ts'

const oldRows = `
INSERT INTO image (id, sha256, dhash, width, height, path, copied) VALUES (1, zeroblob(32), zeroblob(8), 4, 4, 'a', 0);
INSERT INTO person (id, image_id) VALUES (1, 1);
INSERT INTO task (id, name, kind, schema) VALUES (1, 'pose', 'keypoints', '{"kind":"keypoints","joints":["a","b","c"]}');
INSERT INTO label (id, person_id, task_id, state, origin, current, value) VALUES
  (11, 1, 1, 'labelled', 'imported', 1, CAST('[[1,1,2],[2,2,2],[3,3,1]]' AS BLOB));
`

let folder: string
let connection: WriteConnection
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mend-migrate-'))
  connection = openWriteConnection(path.join(folder, 'project.db'))
  migrate(
    connection,
    migrations.filter(({ version }) => version < 8),
    'project.db',
  )
  connection.script(oldRows)
  migrate(
    connection,
    migrations.filter(({ version }) => version <= 8),
    'project.db',
  )
})
afterEach(() => {
  connection.close()
  rmSync(folder, { recursive: true, force: true })
})

const visible = () => connection.one<{ n: number }>('SELECT visible_joints AS n FROM label_fact WHERE label_id = 11').n
const sequence = () => connection.one<{ n: number }>('SELECT sequence AS n FROM person_change WHERE person_id = 1').n

test('what an earlier version counted of a label stays, until the template no longer has one of its joints', () => {
  expect(visible()).toBe(2)
  const before = sequence()
  const schema = '{"kind":"keypoints","joints":["c","a"],"stored":{"places":[2,0],"length":3}}'
  connection.run('UPDATE task SET schema = ? WHERE id = 1', schema)
  expect(visible()).toBe(1)
  expect(sequence()).toBeGreaterThan(before)
})

test('a label that is written in an edited template is counted by the joints that it has', () => {
  connection.run(
    'UPDATE task SET schema = ? WHERE id = 1',
    '{"kind":"keypoints","joints":["c"],"stored":{"places":[2],"length":3}}',
  )
  connection.run("UPDATE label SET value = CAST('[[1,1,2],[2,2,2],[3,3,2]]' AS BLOB) WHERE id = 11")
  expect(visible()).toBe(1)
})

test('what a task was cannot be rewritten', () => {
  connection.run(
    "INSERT INTO task_revision (task_id, at, author, reason, schema) VALUES (1, '2026', 'Ann', 'fewer', '{}')",
  )
  expect(() => connection.run("UPDATE task_revision SET author = 'Bob'")).toThrow(/append-only/)
})
