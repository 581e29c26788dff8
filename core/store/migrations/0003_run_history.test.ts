import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWriteConnection, type WriteConnection } from '../connection.ts'
import { migrate } from '../migrate.ts'
import { initialMigration } from './0001_initial.ts'
import { suspectReviewMigration } from './0002_suspect_review.ts'
import { runHistoryMigration } from './0003_run_history.ts'

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

const before = [initialMigration, suspectReviewMigration]

test('runs of an earlier version keep their metrics and get an empty note', () => {
  migrate(connection, before, 'project.db')
  connection.script(`
INSERT INTO run (id, kind, status, created_at, updated_at, configuration, epoch) VALUES (4, 'train', 'done', 'a', 'b', '{}', 2);
INSERT INTO run_metric (run_id, epoch, task, name, value) VALUES (4, 1, 'parts', 'loss', 0.5);`)
  migrate(connection, [...before, runHistoryMigration], 'project.db')
  expect(connection.all('SELECT id, status, epoch, note, removed_at FROM run')).toEqual([
    { id: 4, status: 'done', epoch: 2, note: '', removed_at: null },
  ])
  expect(connection.all('SELECT epoch, value FROM run_metric')).toEqual([{ epoch: 1, value: 0.5 }])
})

test('the history of a run goes with the run', () => {
  migrate(connection, [...before, runHistoryMigration], 'project.db')
  connection.script(`
INSERT INTO run (id, kind, status, created_at, updated_at, configuration) VALUES (1, 'train', 'done', '', '', '{}');
INSERT INTO run_epoch (run_id, epoch, ended_at) VALUES (1, 1, '');
INSERT INTO run_distribution (run_id, task, epoch, quantity, quantiles) VALUES (1, 'parts', 1, 's', '[0,1]');
INSERT INTO run_event (run_id, at, kind, detail) VALUES (1, '', 'ready', '{}');
DELETE FROM run WHERE id = 1;`)
  for (const table of ['run_epoch', 'run_distribution', 'run_event']) {
    expect(connection.all(`SELECT * FROM ${table}`), table).toEqual([])
  }
})
