import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWriteConnection, type WriteConnection } from '../connection.ts'
import { migrate } from '../migrate.ts'
import { migrations } from './all.ts'
import { normalsMigration } from './0010_normals.ts'

const before = migrations.filter(({ version }) => version < normalsMigration.version)

let folder: string
let connection: WriteConnection
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mend-migrate-'))
  connection = openWriteConnection(path.join(folder, 'project.db'))
  migrate(connection, before, 'project.db')
  connection.script(`
INSERT INTO source (id, name, format, folder, mapping, report, imported_at) VALUES (1, 'a', 'coco', '', '{}', '{}', '');
INSERT INTO task (id, name, kind, schema, source_id)
  VALUES (3, 'pose', 'keypoints', '{"joints":["a","b"]}', 1), (9, 'gone', 'depth', '{}', NULL);
DELETE FROM task WHERE id = 9;
INSERT INTO image (id, sha256, dhash, width, height, path, copied) VALUES (1, zeroblob(32), zeroblob(8), 4, 4, 'a', 0);
INSERT INTO person (id, image_id) VALUES (5, 1);
INSERT INTO label (id, person_id, task_id, source_id, state, origin, current, value)
  VALUES (7, 5, 3, 1, 'labelled', 'imported', 1, CAST('[[1,2,2],[3,4,2]]' AS BLOB));
INSERT INTO label_revision (label_id, at, author, reason, origin, state) VALUES (7, '', '', '', 'imported', 'unlabelled');
INSERT INTO task_revision (task_id, at, author, reason, schema) VALUES (3, '', '', '', '{}');
INSERT INTO task_potential (task_id, accuracy) VALUES (3, 0.8);`)
  migrate(connection, [...before, normalsMigration], 'project.db')
})
afterEach(() => {
  connection.close()
  rmSync(folder, { recursive: true, force: true })
})

test('tasks and everything that refers to them stay as they were', () => {
  expect(connection.all('SELECT id, name, kind, schema, source_id FROM task')).toEqual([
    { id: 3, name: 'pose', kind: 'keypoints', schema: '{"joints":["a","b"]}', source_id: 1 },
  ])
  expect(connection.all('SELECT id, task_id FROM label')).toEqual([{ id: 7, task_id: 3 }])
  expect(connection.all('SELECT task_id, visible_joints FROM label_fact')).toEqual([{ task_id: 3, visible_joints: 2 }])
  for (const table of ['label_revision', 'task_revision', 'task_potential']) {
    expect(connection.one<{ count: number }>(`SELECT count(*) AS count FROM ${table}`).count).toBe(1)
  }
})

test('tasks of normals can be made, others of unknown kinds still cannot, and ids are not given twice', () => {
  connection.run(`INSERT INTO task (name, kind, schema) VALUES ('surface', 'normals', '{"kind":"normals"}')`)
  expect(connection.all(`SELECT id FROM task WHERE kind = 'normals'`)).toEqual([{ id: 10 }])
  expect(() => connection.run(`INSERT INTO task (name, kind, schema) VALUES ('x', 'colour', '{}')`)).toThrow('CHECK')
})

test('foreign keys hold again: a task takes its labels with it, and a label needs a task', () => {
  expect(() => connection.run('UPDATE label SET task_id = 99')).toThrow('FOREIGN KEY')
  connection.run('DELETE FROM task WHERE id = 3')
  for (const table of ['label', 'label_fact', 'task_revision', 'task_potential']) {
    expect(connection.one<{ count: number }>(`SELECT count(*) AS count FROM ${table}`).count).toBe(0)
  }
})

test('facts still follow a template that is edited, and labels that change', () => {
  connection.run(`UPDATE task SET schema = '{"joints":["a"],"stored":{"places":[0],"length":2}}' WHERE id = 3`)
  expect(connection.one('SELECT visible_joints FROM label_fact')).toEqual({ visible_joints: 1 })
  connection.run(`UPDATE label SET value = CAST('[[1,2,1],[3,4,2]]' AS BLOB) WHERE id = 7`)
  expect(connection.one('SELECT visible_joints FROM label_fact')).toEqual({ visible_joints: 0 })
})
