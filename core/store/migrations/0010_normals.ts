import type { Migration } from './migration.ts'

/**
 * Tasks of the kind `normals`. The list of kinds is a CHECK of the table, which SQLite changes only by making the table anew
 * (sqlite.org/lang_altertable.html, 7): rows and their ids stay, triggers on it are made again as they were, and those of other
 * tables that look at it stay untouched, since names in them are not followed (`legacy_alter_table`).
 */
export const normalsMigration: Migration = {
  version: 10,
  title: 'normals',
  remakesTables: true,
  sql: `
PRAGMA legacy_alter_table = ON;
CREATE TABLE task_of_any_kind (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('attributes', 'identity', 'keypoints', 'parts', 'depth', 'vector', 'normals')),
  schema TEXT NOT NULL CHECK (json_valid(schema)),
  -- The import that brought the task in; null: made in the project.
  source_id INTEGER REFERENCES source (id) ON DELETE SET NULL
) STRICT;
INSERT INTO task_of_any_kind (id, name, kind, schema, source_id) SELECT id, name, kind, schema, source_id FROM task;
-- Ids of tasks that are gone are not given again: what undo and old runs remember by them must not come to mean another task.
DELETE FROM sqlite_sequence WHERE name = 'task_of_any_kind';
INSERT INTO sqlite_sequence (name, seq) SELECT 'task_of_any_kind', seq FROM sqlite_sequence WHERE name = 'task';
DROP TABLE task;
ALTER TABLE task_of_any_kind RENAME TO task;
PRAGMA legacy_alter_table = OFF;
CREATE TRIGGER label_fact_template AFTER UPDATE OF schema ON task
WHEN NEW.kind = 'keypoints' AND json_extract(NEW.schema, '$.stored') IS NOT json_extract(OLD.schema, '$.stored')
BEGIN
  UPDATE label_fact SET visible_joints = (SELECT
    CASE WHEN NEW.kind = 'keypoints' AND json_valid(CAST(label.value AS TEXT))
      THEN (SELECT count(*) FROM json_each(CAST(label.value AS TEXT)) AS joint
        WHERE json_extract(joint.value, '$[2]') = 2 AND (json_extract(NEW.schema, '$.stored') IS NULL
          OR joint.key IN (SELECT place.value FROM json_each(NEW.schema, '$.stored.places') AS place))) END
    FROM label WHERE label.id = label_id)
    WHERE task_id = NEW.id;
  UPDATE person_change SET sequence = (SELECT coalesce(max(sequence), 0) + 1 FROM person_change)
    WHERE person_id IN (SELECT person_id FROM label WHERE task_id = NEW.id);
END;
`,
}
