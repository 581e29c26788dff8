import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWriteConnection, type WriteConnection } from '../connection.ts'
import { migrate } from '../migrate.ts'
import { migrations } from './all.ts'
import { plantedErrorsMigration } from './0005_planted_errors.ts'

let folder: string
let connection: WriteConnection
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mend-migrate-'))
  connection = openWriteConnection(path.join(folder, 'project.db'))
})
afterEach(() => {
  connection.close()
  rmSync(folder, { recursive: true, force: true })
})

const upTo = (version: number) => migrations.filter((migration) => migration.version <= version)

test('a project of an earlier version keeps its labels and has no planted errors', () => {
  migrate(connection, upTo(4), 'project.db')
  connection.script(`
INSERT INTO task (id, name, kind, schema) VALUES (1, 'identity', 'identity', '{"kind":"identity"}');
INSERT INTO image (id, sha256, dhash, width, height, path, copied) VALUES (1, zeroblob(32), zeroblob(8), 4, 4, 'a', 0);
INSERT INTO person (id, image_id) VALUES (7, 1);
INSERT INTO label (id, person_id, task_id, state, origin, current, value)
  VALUES (9, 7, 1, 'labelled', 'imported', 1, CAST('{"identity":"a","camera":null}' AS BLOB));`)
  migrate(connection, [...upTo(4), plantedErrorsMigration], 'project.db')
  expect(connection.all('SELECT id, state FROM label')).toEqual([{ id: 9, state: 'labelled' }])
  expect(connection.all('SELECT * FROM planted_error')).toEqual([])
})

test('planted errors outlive a label that is deleted, since undo brings it back', () => {
  migrate(connection, upTo(5), 'project.db')
  connection.script("INSERT INTO planted_error (label_id, task, kind) VALUES (9, 'joints', 'swap'); DELETE FROM label;")
  expect(connection.all('SELECT label_id FROM planted_error')).toEqual([{ label_id: 9 }])
})
