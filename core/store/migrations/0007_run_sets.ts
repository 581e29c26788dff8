import type { Migration } from './migration.ts'

/**
 * Sets of runs that belong together (a table of methods × seeds, a test of relations), and what is worked out from them:
 * - `run_set_member`: one ordinary run each, made when its turn comes; a set outlives its runs, a run outlives its sets;
 * - `task_relation`: what somebody decided about learning one task with another, apart from what was measured;
 * - `task_potential`: accuracies of single-task networks that were given instead of measured;
 * - `run_evaluation`: a run's metrics on people of a source that it was never trained on.
 */
export const runSetsMigration: Migration = {
  version: 7,
  title: 'sets of runs',
  sql: `
CREATE TABLE run_set (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  purpose TEXT NOT NULL CHECK (purpose IN ('comparison', 'relations')),
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE run_set_member (
  set_id INTEGER NOT NULL REFERENCES run_set (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  -- Line of the table that it belongs to; a line may take several runs a seed, of one task each.
  line TEXT NOT NULL,
  -- JSON: training options and planted noise, as they were asked for.
  request TEXT NOT NULL CHECK (json_valid(request)),
  run_id INTEGER REFERENCES run (id) ON DELETE SET NULL,
  -- JSON: why it failed, the last time that it was tried.
  error TEXT CHECK (error IS NULL OR json_valid(error)),
  PRIMARY KEY (set_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_set_member_run ON run_set_member (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX run_snapshot ON run (snapshot) WHERE snapshot IS NOT NULL;

CREATE TABLE task_relation (
  from_task INTEGER NOT NULL REFERENCES task (id) ON DELETE CASCADE,
  to_task INTEGER NOT NULL REFERENCES task (id) ON DELETE CASCADE,
  negative INTEGER NOT NULL CHECK (negative IN (0, 1)),
  PRIMARY KEY (from_task, to_task)
) STRICT, WITHOUT ROWID;

CREATE TABLE task_potential (
  task_id INTEGER PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE,
  accuracy REAL NOT NULL CHECK (accuracy > 0 AND accuracy <= 1)
) STRICT;

CREATE TABLE run_evaluation (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  source_id INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
  task TEXT NOT NULL,
  at TEXT NOT NULL,
  people INTEGER NOT NULL,
  -- JSON: metric → value.
  metrics TEXT NOT NULL CHECK (json_valid(metrics)),
  PRIMARY KEY (run_id, source_id, task)
) STRICT, WITHOUT ROWID;
`,
}
