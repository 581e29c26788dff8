import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWriteConnection, type WriteConnection } from '../connection.ts'
import { migrate } from '../migrate.ts'
import { initialMigration } from './0001_initial.ts'
import { suspectReviewMigration } from './0002_suspect_review.ts'

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

/** Two labels of one run: one from a source, one made in the project; the first is decided. */
const oldRows = `
INSERT INTO source (id, name, format, folder, mapping, report, imported_at) VALUES (7, 'ccp', 'f', '', '{}', '{}', '');
INSERT INTO image (id, sha256, dhash, width, height, path, copied) VALUES (1, zeroblob(32), zeroblob(8), 4, 4, 'a', 0);
INSERT INTO person (id, image_id) VALUES (1, 1), (2, 1);
INSERT INTO task (id, name, kind, schema) VALUES (3, 'tags', 'attributes', '{}');
INSERT INTO label (id, person_id, task_id, source_id, state, origin, current, value) VALUES
  (11, 1, 3, 7, 'labelled', 'imported', 1, x'00'), (12, 2, 3, NULL, 'labelled', 'human', 1, x'00');
INSERT INTO run (id, kind, status, created_at, updated_at, configuration) VALUES (1, 'train', 'done', '', '', '{}');
INSERT INTO suspect (run_id, label_id, task_id, rank, score, flagged, signals, why, component, decision, decided_at) VALUES
  (1, 11, 3, 1, 2.5, 1, '{"s":1.5}', 'why', 'hat', 'keep', '2026-01-01T00:00:00.000Z'),
  (1, 12, 3, 2, 0.5, 0, '{"s":0.5}', 'why', NULL, NULL, NULL);
`

test('suspects of an earlier version keep their decisions and learn their source', () => {
  migrate(connection, [initialMigration], 'project.db')
  connection.script(oldRows)
  migrate(connection, [initialMigration, suspectReviewMigration], 'project.db')
  expect(connection.all('SELECT label_id, decision, source_id, family, cut_value FROM suspect ORDER BY rank')).toEqual([
    { label_id: 11, decision: 'keep', source_id: 7, family: null, cut_value: null },
    { label_id: 12, decision: null, source_id: null, family: null, cut_value: null },
  ])
})

test('removing a source leaves suspects whose labels stay', () => {
  migrate(connection, [initialMigration, suspectReviewMigration], 'project.db')
  connection.script(oldRows)
  connection.script(
    'UPDATE suspect SET source_id = 7; UPDATE label SET source_id = NULL; DELETE FROM source WHERE id = 7',
  )
  expect(connection.all('SELECT source_id FROM suspect')).toEqual([{ source_id: null }, { source_id: null }])
})
