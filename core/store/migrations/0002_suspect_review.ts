import type { Migration } from './migration.ts'

/**
 * Reviewing suspects. Why it is as it is:
 * - every filter of the queue has an index that ends in the rank, so that the worst hundred of a million need no sort;
 * - `cut_value` is the value that the cut is on: moving the cut then touches only the rows between the old and the new one;
 * - `suspect_decision` ties each decision to the revision it made, and is what undo walks back; decisions that change no
 *   label (skip) are in it too;
 * - `suspect_order` holds a ranking by one signal once somebody asked for it: kept for all twelve it would be larger than
 *   the labels.
 */
export const suspectReviewMigration: Migration = {
  version: 2,
  title: 'review of suspects',
  sql: `
ALTER TABLE suspect ADD COLUMN family TEXT CHECK (family IN ('label', 'component', 'pixels', 'swap'));
ALTER TABLE suspect ADD COLUMN cut_value REAL;
ALTER TABLE suspect ADD COLUMN source_id INTEGER REFERENCES source (id) ON DELETE SET NULL;
UPDATE suspect SET source_id = (SELECT source_id FROM label WHERE label.id = suspect.label_id);
CREATE INDEX suspect_flagged ON suspect (run_id, task_id, rank) WHERE flagged = 1;
CREATE INDEX suspect_decided ON suspect (run_id, task_id, decision, rank) WHERE decision IS NOT NULL;
CREATE INDEX suspect_component ON suspect (run_id, task_id, component, rank);
CREATE INDEX suspect_source ON suspect (source_id, run_id, task_id, rank);
CREATE INDEX suspect_cut ON suspect (run_id, task_id, cut_value);

-- What the ranking of one task says as a whole (JSON: distribution, quantiles, courses), and where a person put the cut.
CREATE TABLE suspect_summary (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  task_id INTEGER NOT NULL REFERENCES task (id) ON DELETE CASCADE,
  summary TEXT NOT NULL CHECK (json_valid(summary)),
  cut REAL,
  PRIMARY KEY (run_id, task_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX suspect_summary_task ON suspect_summary (task_id);

CREATE TABLE suspect_order (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  task_id INTEGER NOT NULL,
  signal TEXT NOT NULL,
  position INTEGER NOT NULL,
  label_id INTEGER NOT NULL,
  PRIMARY KEY (run_id, task_id, signal, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE suspect_decision (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- Decisions that were made together are undone together.
  batch INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  label_id INTEGER NOT NULL REFERENCES label (id) ON DELETE CASCADE,
  decision TEXT NOT NULL CHECK (decision IN ('keep', 'fix', 'accept-prediction', 'reject', 'skip')),
  -- What had been decided before, which undo restores.
  previous TEXT CHECK (previous IN ('keep', 'fix', 'accept-prediction', 'reject', 'skip')),
  -- The revision that holds what the label was before; null: the label stayed as it was.
  revision_id INTEGER REFERENCES label_revision (id),
  at TEXT NOT NULL,
  author TEXT NOT NULL,
  undone_at TEXT,
  -- The revision that taking it back made.
  undo_revision_id INTEGER REFERENCES label_revision (id)
) STRICT;
CREATE INDEX suspect_decision_undo ON suspect_decision (run_id, batch) WHERE undone_at IS NULL;
CREATE INDEX suspect_decision_label ON suspect_decision (label_id);
CREATE INDEX suspect_decision_revision ON suspect_decision (revision_id) WHERE revision_id IS NOT NULL;
CREATE INDEX suspect_decision_undo_revision ON suspect_decision (undo_revision_id) WHERE undo_revision_id IS NOT NULL;
`,
}
