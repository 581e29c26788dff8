import type { Migration } from './migration.ts'

/**
 * What a window shows of a run when it opens in the middle of it, or years later:
 * - `run_epoch`: speed and memory by epoch; losses and metrics stay in `run_metric`;
 * - `run_distribution`: quantiles of the learned parameters and losses, a few hundred bytes an epoch, where working them out
 *   from `run_label` reads every label of the run;
 * - `run_event`: what happened, in words, with the time;
 * - a run taken away is only marked, so that this can be undone; its files go a day later.
 */
export const runHistoryMigration: Migration = {
  version: 3,
  title: 'history of runs',
  sql: `
ALTER TABLE run ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN removed_at TEXT;

CREATE TABLE run_epoch (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  ended_at TEXT NOT NULL,
  images_per_second REAL,
  rss_mb REAL,
  PRIMARY KEY (run_id, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_distribution (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  task TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  -- 's' (log of the learned variance) or 'loss'.
  quantity TEXT NOT NULL CHECK (quantity IN ('s', 'loss')),
  -- JSON array of quantiles, ascending.
  quantiles TEXT NOT NULL CHECK (json_valid(quantiles)),
  PRIMARY KEY (run_id, task, quantity, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_event (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL CHECK (json_valid(detail))
) STRICT;
CREATE INDEX run_event_run ON run_event (run_id, id);
`,
}
