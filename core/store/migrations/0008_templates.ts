import type { Migration } from './migration.ts'

/** Visible joints of a label that its task's template has: what lies at other places of the value is not seen. */
const visibleJoints = (label: string, task: string): string => `
  CASE WHEN ${task}.kind = 'keypoints' AND json_valid(CAST(${label}.value AS TEXT))
    THEN (SELECT count(*) FROM json_each(CAST(${label}.value AS TEXT)) AS joint
      WHERE json_extract(joint.value, '$[2]') = 2 AND (json_extract(${task}.schema, '$.stored') IS NULL
        OR joint.key IN (SELECT place.value FROM json_each(${task}.schema, '$.stored.places') AS place))) END`

/** As the migration "browsing" has it, but for the joints. */
const digest = (label: string): string => `${visibleJoints(label, 'task')},
  CASE WHEN kind = 'attributes' AND json_valid(CAST(${label}.value AS TEXT))
    THEN (SELECT group_concat(substr(answer.type, 1, 1), '') FROM json_each(CAST(${label}.value AS TEXT)) AS answer) END,
  CASE WHEN kind = 'identity' AND json_valid(CAST(${label}.value AS TEXT))
    THEN CAST(json_extract(CAST(${label}.value AS TEXT), '$.identity') AS TEXT) END`

const insertFact = (label: string): string => `
INSERT INTO label_fact (label_id, person_id, task_id, source_id, state, disputed, visible_joints, answers, identity)
  SELECT ${label}.id, ${label}.person_id, ${label}.task_id, ${label}.source_id, ${label}.state, ${label}.disputed, ${digest(label)}
  FROM task WHERE task.id = ${label}.task_id AND ${label}.current = 1;`

/**
 * Skeleton templates that are edited. Why it is as it is:
 * - a label's stored value never changes with its template: the schema says at which places of the values its joints lie
 *   (`stored`, core/dataset/skeletonTemplate.ts). So a change costs the same for ten labels and a million, loses nothing, can be
 *   taken back, and fits every past revision and candidate alike;
 * - what people filter by counts only joints that the template has, so the triggers of "browsing" look at those places.
 */
export const templatesMigration: Migration = {
  version: 8,
  title: 'skeleton templates',
  sql: `
-- What a task's schema was before somebody changed it, and who changed it, when and why.
CREATE TABLE task_revision (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  task_id INTEGER NOT NULL REFERENCES task (id) ON DELETE CASCADE,
  at TEXT NOT NULL,
  author TEXT NOT NULL,
  reason TEXT NOT NULL,
  schema TEXT NOT NULL CHECK (json_valid(schema))
) STRICT;
CREATE INDEX task_revision_task ON task_revision (task_id, id);
CREATE TRIGGER task_revision_append_only BEFORE UPDATE ON task_revision
BEGIN SELECT raise(ABORT, 'task_revision is append-only'); END;

DROP TRIGGER label_fact_insert;
DROP TRIGGER label_fact_update;
CREATE TRIGGER label_fact_insert AFTER INSERT ON label BEGIN ${insertFact('NEW')} END;
CREATE TRIGGER label_fact_update AFTER UPDATE ON label
BEGIN DELETE FROM label_fact WHERE label_id = OLD.id; ${insertFact('NEW')} END;
CREATE TRIGGER label_fact_template AFTER UPDATE OF schema ON task
WHEN NEW.kind = 'keypoints' AND json_extract(NEW.schema, '$.stored') IS NOT json_extract(OLD.schema, '$.stored')
BEGIN
  UPDATE label_fact SET visible_joints = (SELECT ${visibleJoints('label', 'NEW')} FROM label WHERE label.id = label_id)
    WHERE task_id = NEW.id;
  UPDATE person_change SET sequence = (SELECT coalesce(max(sequence), 0) + 1 FROM person_change)
    WHERE person_id IN (SELECT person_id FROM label WHERE task_id = NEW.id);
END;
`,
}
