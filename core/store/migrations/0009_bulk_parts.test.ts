import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { undoBulk } from '../bulkUndo.ts'
import { openWriteConnection } from '../connection.ts'
import { migrate } from '../migrate.ts'
import { migrations } from './all.ts'

const oldRows = `
INSERT INTO project (id, created_at) VALUES (1, '');
INSERT INTO image (id, sha256, dhash, width, height, path, copied) VALUES (1, zeroblob(32), zeroblob(8), 4, 4, 'a', 0);
INSERT INTO task (id, name, kind, schema) VALUES (1, 'tags', 'attributes', '{"kind":"attributes","attributes":["hat"]}');
INSERT INTO bulk_action (id, kind, title, at, author) VALUES (7, 'delete', 'Deleted 1 person', '2026', 'Ada');
INSERT INTO removed_person (action_id, id, image_id, box_origin) VALUES (7, 3, 1, 'imported');
INSERT INTO removed_label (action_id, id, person_id, task_id, state, origin, current, disputed, touched, value)
  VALUES (7, 31, 3, 1, 'labelled', 'imported', 1, 0, 0, x'5b747275655d');
INSERT INTO removed_label_revision (action_id, id, label_id, at, author, reason, origin, state, value)
  VALUES (7, 5, 31, '2026', 'Ada', 'looked', 'imported', 'labelled', x'5b747275655d');
`

test('people that an earlier version deleted come back with their labels and revisions', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mend-migrate-'))
  const connection = openWriteConnection(path.join(folder, 'project.db'))
  try {
    const until = (version: number) => migrations.filter((migration) => migration.version <= version)
    migrate(connection, until(8), 'project.db')
    connection.script(oldRows)
    migrate(connection, until(9), 'project.db')
    expect(connection.all('SELECT id, process FROM bulk_action')).toEqual([{ id: 7, process: null }])
    const undone = connection.transaction(() => undoBulk(connection, 7, 'Ada'))
    expect(undone).toEqual({ action: 7, title: 'Deleted 1 person', restored: 1, skipped: 0 })
    expect(connection.all('SELECT id, person_id AS person FROM label')).toEqual([{ id: 31, person: 3 }])
    expect(connection.all('SELECT id, label_id AS label FROM label_revision')).toEqual([{ id: 5, label: 31 }])
    expect(connection.all('SELECT 1 FROM removed_label')).toEqual([])
  } finally {
    connection.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
