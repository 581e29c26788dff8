import type { Migration } from './migration.ts'

/** What of a label's value people filter by; values are JSON for these kinds (core/store/labelCodec.ts). */
const digest = (label: string): string => `
  CASE WHEN kind = 'keypoints' AND json_valid(CAST(${label}.value AS TEXT))
    THEN (SELECT count(*) FROM json_each(CAST(${label}.value AS TEXT)) AS joint WHERE json_extract(joint.value, '$[2]') = 2) END,
  CASE WHEN kind = 'attributes' AND json_valid(CAST(${label}.value AS TEXT))
    THEN (SELECT group_concat(substr(answer.type, 1, 1), '') FROM json_each(CAST(${label}.value AS TEXT)) AS answer) END,
  CASE WHEN kind = 'identity' AND json_valid(CAST(${label}.value AS TEXT))
    THEN CAST(json_extract(CAST(${label}.value AS TEXT), '$.identity') AS TEXT) END`

const insertFact = (label: string): string => `
INSERT INTO label_fact (label_id, person_id, task_id, source_id, state, disputed, visible_joints, answers, identity)
  SELECT ${label}.id, ${label}.person_id, ${label}.task_id, ${label}.source_id, ${label}.state, ${label}.disputed, ${digest(label)}
  FROM task WHERE task.id = ${label}.task_id AND ${label}.current = 1;`

const nextSequence = '(SELECT coalesce(max(sequence), 0) + 1 FROM person_change)'

/**
 * Without an upsert, whose rule would give way to that of the statement that fires the trigger; and never by deleting the
 * newest row, whose number would then be given again.
 */
const changeTrigger = (name: string, event: string, people: string): string => `
CREATE TRIGGER person_change_${name} AFTER ${event}
BEGIN
  UPDATE person_change SET sequence = ${nextSequence} WHERE person_id IN (${people});
  INSERT INTO person_change (person_id, sequence) SELECT id, ${nextSequence} FROM (${people})
    WHERE id NOT IN (SELECT person_id FROM person_change);
END;`

const archived = (table: string, columns: string): string => `
CREATE TABLE removed_${table} (
  action_id INTEGER NOT NULL REFERENCES bulk_action (id) ON DELETE CASCADE,
  ${columns}
) STRICT;
CREATE INDEX removed_${table}_action ON removed_${table} (action_id);`

/**
 * Browsing a hundred thousand people. Why it is as it is:
 * - `label_fact` repeats of each label in force the few bytes that people filter by: labels themselves carry masks, and
 *   reading past those takes seconds. Triggers keep it, so that no writer can forget to;
 * - `person_change` numbers changes of people, one row a person, so that what is held in memory can be brought up to date
 *   with what changed since, whichever process changed it;
 * - `bulk_action` is what one action on many people did, and is what its undo goes by; deleted people move to the
 *   `removed_…` tables with all that hangs on them, so that undo brings back the same rows.
 */
export const browsingMigration: Migration = {
  version: 4,
  title: 'browsing',
  sql: `
CREATE TABLE label_fact (
  label_id INTEGER PRIMARY KEY REFERENCES label (id) ON DELETE CASCADE,
  person_id INTEGER NOT NULL,
  task_id INTEGER NOT NULL,
  source_id INTEGER,
  state TEXT NOT NULL,
  disputed INTEGER NOT NULL,
  visible_joints INTEGER,
  -- A letter an attribute: t, f, n (not annotated).
  answers TEXT,
  identity TEXT
) STRICT;
CREATE INDEX label_fact_person ON label_fact (person_id);
CREATE INDEX label_fact_identity ON label_fact (identity) WHERE identity IS NOT NULL;
INSERT INTO label_fact (label_id, person_id, task_id, source_id, state, disputed, visible_joints, answers, identity)
  SELECT label.id, person_id, task_id, label.source_id, state, disputed, ${digest('label')}
  FROM label JOIN task ON task.id = label.task_id WHERE label.current = 1;
CREATE TRIGGER label_fact_insert AFTER INSERT ON label BEGIN ${insertFact('NEW')} END;
CREATE TRIGGER label_fact_update AFTER UPDATE ON label
BEGIN DELETE FROM label_fact WHERE label_id = OLD.id; ${insertFact('NEW')} END;

CREATE TABLE person_change (
  person_id INTEGER PRIMARY KEY,
  sequence INTEGER NOT NULL
) STRICT;
CREATE INDEX person_change_sequence ON person_change (sequence);

-- Who is to look at a person.
CREATE TABLE assignment (
  person_id INTEGER PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
  assignee TEXT NOT NULL
) STRICT;

${changeTrigger('person_insert', 'INSERT ON person', 'SELECT NEW.id AS id')}
${changeTrigger('person_update', 'UPDATE ON person', 'SELECT NEW.id AS id')}
${changeTrigger('person_delete', 'DELETE ON person', 'SELECT OLD.id AS id')}
${changeTrigger('label_insert', 'INSERT ON label', 'SELECT NEW.person_id AS id')}
${changeTrigger('label_update', 'UPDATE ON label', 'SELECT NEW.person_id AS id')}
${changeTrigger('label_delete', 'DELETE ON label', 'SELECT OLD.person_id AS id')}
${changeTrigger('source_insert', 'INSERT ON person_source', 'SELECT NEW.person_id AS id')}
${changeTrigger('source_delete', 'DELETE ON person_source', 'SELECT OLD.person_id AS id')}
${changeTrigger('assignment_insert', 'INSERT ON assignment', 'SELECT NEW.person_id AS id')}
${changeTrigger('assignment_update', 'UPDATE ON assignment', 'SELECT NEW.person_id AS id')}
${changeTrigger('assignment_delete', 'DELETE ON assignment', 'SELECT OLD.person_id AS id')}
${changeTrigger('split', 'UPDATE OF split ON image', 'SELECT id FROM person WHERE image_id = NEW.id')}
${changeTrigger('decision', 'UPDATE OF decision, flagged ON suspect', 'SELECT person_id AS id FROM label WHERE id = NEW.label_id')}

CREATE INDEX suspect_browse ON suspect (run_id, label_id, task_id, score, flagged, decision);
CREATE INDEX label_revision_author ON label_revision (label_id, author);

CREATE TABLE saved_view (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  query TEXT NOT NULL CHECK (json_valid(query)),
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE bulk_action (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  -- In words, for undo: "verified joints of 120 people".
  title TEXT NOT NULL,
  at TEXT NOT NULL,
  author TEXT NOT NULL,
  undone_at TEXT
) STRICT;

-- What an action changed and what was there: labels by the revision that it made, splits of images, assignments of people.
CREATE TABLE bulk_change (
  action_id INTEGER NOT NULL REFERENCES bulk_action (id) ON DELETE CASCADE,
  subject INTEGER NOT NULL,
  before TEXT,
  after TEXT,
  revision_id INTEGER,
  PRIMARY KEY (action_id, subject)
) STRICT, WITHOUT ROWID;

${archived(
  'person',
  `id INTEGER NOT NULL, image_id INTEGER NOT NULL, x REAL, y REAL, width REAL, height REAL, box_origin TEXT NOT NULL`,
)}
${archived(
  'person_source',
  `source_id INTEGER NOT NULL, person_id INTEGER NOT NULL, key TEXT, x REAL, y REAL, width REAL, height REAL`,
)}
${archived('assignment', `person_id INTEGER NOT NULL, assignee TEXT NOT NULL`)}
${archived(
  'label',
  `id INTEGER NOT NULL, person_id INTEGER NOT NULL, task_id INTEGER NOT NULL, source_id INTEGER, state TEXT NOT NULL,
  origin TEXT NOT NULL, current INTEGER NOT NULL, disputed INTEGER NOT NULL, touched INTEGER NOT NULL, bundle_source TEXT,
  value BLOB, asset TEXT`,
)}
CREATE INDEX removed_label_asset ON removed_label (asset) WHERE asset IS NOT NULL;
${archived(
  'label_revision',
  `id INTEGER NOT NULL, label_id INTEGER NOT NULL, at TEXT NOT NULL, author TEXT NOT NULL, reason TEXT NOT NULL,
  origin TEXT NOT NULL, state TEXT NOT NULL, value BLOB, asset TEXT`,
)}
CREATE INDEX removed_label_revision_asset ON removed_label_revision (asset) WHERE asset IS NOT NULL;
${archived(
  'suspect',
  `run_id INTEGER NOT NULL, label_id INTEGER NOT NULL, task_id INTEGER NOT NULL, rank INTEGER NOT NULL, score REAL NOT NULL,
  flagged INTEGER NOT NULL, signals TEXT NOT NULL, why TEXT NOT NULL, component TEXT, decision TEXT, decided_at TEXT,
  family TEXT, cut_value REAL, source_id INTEGER`,
)}
${archived(
  'suspect_decision',
  `id INTEGER NOT NULL, batch INTEGER NOT NULL, run_id INTEGER NOT NULL, label_id INTEGER NOT NULL, decision TEXT NOT NULL,
  previous TEXT, revision_id INTEGER, at TEXT NOT NULL, author TEXT NOT NULL, undone_at TEXT, undo_revision_id INTEGER`,
)}
`,
}
