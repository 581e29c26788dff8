import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWriteConnection, type WriteConnection } from '../connection.ts'
import { migrate } from '../migrate.ts'
import { migrations } from './all.ts'
import { runSetsMigration } from './0007_run_sets.ts'

const before = migrations.filter(({ version }) => version < runSetsMigration.version)

let folder: string
let connection: WriteConnection
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mend-migrate-'))
  connection = openWriteConnection(path.join(folder, 'project.db'))
  migrate(connection, before, 'project.db')
  connection.script(`
INSERT INTO source (id, name, format, folder, mapping, report, imported_at) VALUES (1, 'a', 'coco', '', '{}', '{}', '');
INSERT INTO task (id, name, kind, schema) VALUES (1, 'hats', 'attributes', '{}'), (2, 'bags', 'attributes', '{}');
INSERT INTO run (id, kind, status, created_at, updated_at, configuration, snapshot, epoch)
  VALUES (4, 'train', 'done', 'a', 'b', '{}', 'abc', 2);`)
  migrate(connection, [...before, runSetsMigration], 'project.db')
  connection.script(`
INSERT INTO run_set (id, name, purpose, created_at) VALUES (1, 'table', 'comparison', '');
INSERT INTO run_set_member (set_id, position, line, request, run_id) VALUES (1, 0, 'GN', '{}', 4), (1, 1, 'BN', '{}', NULL);
INSERT INTO task_relation (from_task, to_task, negative) VALUES (1, 2, 1);
INSERT INTO task_potential (task_id, accuracy) VALUES (1, 0.8);
INSERT INTO run_evaluation (run_id, source_id, task, at, people, metrics) VALUES (4, 1, 'hats', '', 3, '{"meanAccuracy":0.5}');`)
})
afterEach(() => {
  connection.close()
  rmSync(folder, { recursive: true, force: true })
})

test('runs of an earlier version stay as they were and can be members of sets', () => {
  expect(connection.all('SELECT id, snapshot, epoch FROM run')).toEqual([{ id: 4, snapshot: 'abc', epoch: 2 }])
  expect(connection.all('SELECT line, run_id FROM run_set_member ORDER BY position')).toEqual([
    { line: 'GN', run_id: 4 },
    { line: 'BN', run_id: null },
  ])
})

test('a set outlives its runs and a run its sets', () => {
  connection.run('DELETE FROM run WHERE id = 4')
  expect(connection.all('SELECT line, run_id FROM run_set_member WHERE position = 0')).toEqual([
    { line: 'GN', run_id: null },
  ])
  expect(connection.all('SELECT * FROM run_evaluation')).toEqual([])
  connection.script(`INSERT INTO run (id, kind, status, created_at, updated_at, configuration)
    VALUES (5, 'train', 'done', '', '', '{}'); UPDATE run_set_member SET run_id = 5; DELETE FROM run_set;`)
  expect(connection.all('SELECT * FROM run_set_member')).toEqual([])
  expect(connection.all('SELECT id FROM run')).toEqual([{ id: 5 }])
})

test('what was decided about a task goes with the task', () => {
  connection.run('DELETE FROM task WHERE id = 1')
  expect(connection.all('SELECT * FROM task_relation')).toEqual([])
  expect(connection.all('SELECT * FROM task_potential')).toEqual([])
})

test('a potential is a share above 0', () => {
  const insert = 'INSERT INTO task_potential (task_id, accuracy) VALUES (2, ?)'
  expect(() => connection.run(insert, 0)).toThrow()
  expect(() => connection.run(insert, 1.2)).toThrow()
})
