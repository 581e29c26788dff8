import type { Migration } from './migration.ts'

/**
 * The first schema. Why it is as it is:
 * - one row an image *content*: the same picture in two sources is one `image` with two `image_source` rows, so that labels
 *   of both land on the same person;
 * - `label` holds candidates, one a source, and a partial unique index makes exactly one of them current: removing a source
 *   then promotes another candidate instead of losing the label;
 * - an edit changes the label's row in place (its id is what suspects and runs point at) and puts what was there into
 *   `label_revision`, which a trigger keeps append-only;
 * - a value lies in the row, or, when large, in a content-addressed file named by `asset`;
 * - `run_label` has a blob per (run, task, epoch), since a row per value would be 10⁸ rows for ten million labels.
 */
export const initialMigration: Migration = {
  version: 1,
  title: 'initial schema',
  sql: `
CREATE TABLE project (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  created_at TEXT NOT NULL,
  -- Grows with every import and removal: a plan made at another generation is out of date.
  generation INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE source (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  format TEXT NOT NULL,
  folder TEXT NOT NULL,
  mapping TEXT NOT NULL CHECK (json_valid(mapping)),
  report TEXT NOT NULL CHECK (json_valid(report)),
  imported_at TEXT NOT NULL
) STRICT;

CREATE TABLE image (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
  dhash BLOB NOT NULL CHECK (length(dhash) = 8),
  width INTEGER NOT NULL CHECK (width > 0),
  height INTEGER NOT NULL CHECK (height > 0),
  -- Absolute, or relative to the project's folder when the picture was copied in.
  path TEXT NOT NULL,
  copied INTEGER NOT NULL CHECK (copied IN (0, 1)),
  split TEXT CHECK (split IN ('train', 'val', 'test'))
) STRICT;

CREATE TABLE image_source (
  source_id INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
  split TEXT CHECK (split IN ('train', 'val', 'test')),
  PRIMARY KEY (source_id, path, image_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_source_image ON image_source (image_id);

CREATE TABLE person (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
  x REAL, y REAL, width REAL, height REAL,
  box_origin TEXT NOT NULL DEFAULT 'imported' CHECK (box_origin IN ('imported', 'human', 'model')),
  CHECK ((x IS NULL) = (y IS NULL) AND (x IS NULL) = (width IS NULL) AND (x IS NULL) = (height IS NULL))
) STRICT;
CREATE INDEX person_image ON person (image_id, id);

CREATE TABLE person_source (
  source_id INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  key TEXT,
  x REAL, y REAL, width REAL, height REAL,
  PRIMARY KEY (source_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_source_person ON person_source (person_id);

CREATE TABLE task (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('attributes', 'identity', 'keypoints', 'parts', 'depth', 'vector')),
  schema TEXT NOT NULL CHECK (json_valid(schema)),
  -- The import that brought the task in; null: made in the project.
  source_id INTEGER REFERENCES source (id) ON DELETE SET NULL
) STRICT;

CREATE TABLE label (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  task_id INTEGER NOT NULL REFERENCES task (id) ON DELETE CASCADE,
  -- Null: made in the project, or its source was removed after somebody had worked on it.
  source_id INTEGER REFERENCES source (id) ON DELETE SET NULL,
  state TEXT NOT NULL CHECK (state IN ('unlabelled', 'labelled', 'verified', 'rejected')),
  origin TEXT NOT NULL CHECK (origin IN ('imported', 'human', 'model')),
  current INTEGER NOT NULL CHECK (current IN (0, 1)),
  -- 1: another source says something else of the same person and task.
  disputed INTEGER NOT NULL DEFAULT 0 CHECK (disputed IN (0, 1)),
  -- 1: somebody worked on it in this project; such work survives the removal of the source.
  touched INTEGER NOT NULL DEFAULT 0 CHECK (touched IN (0, 1)),
  -- Its source in the project that a bundle was exported from; '' was made there; null: did not come in a bundle.
  bundle_source TEXT,
  value BLOB,
  asset TEXT,
  CHECK (value IS NULL OR asset IS NULL),
  CHECK ((state = 'unlabelled') = (value IS NULL AND asset IS NULL))
) STRICT;
CREATE UNIQUE INDEX label_current ON label (person_id, task_id) WHERE current = 1;
CREATE INDEX label_person ON label (person_id, task_id, id);
CREATE INDEX label_list ON label (task_id, state, id) WHERE current = 1;
CREATE INDEX label_source ON label (source_id, task_id, state);
CREATE INDEX label_asset ON label (asset) WHERE asset IS NOT NULL;

-- What a label was before a change (origin, state, value), and who changed it, when and why.
CREATE TABLE label_revision (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  label_id INTEGER NOT NULL REFERENCES label (id) ON DELETE CASCADE,
  at TEXT NOT NULL,
  author TEXT NOT NULL,
  reason TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('imported', 'human', 'model')),
  state TEXT NOT NULL CHECK (state IN ('unlabelled', 'labelled', 'verified', 'rejected')),
  value BLOB,
  asset TEXT
) STRICT;
CREATE INDEX label_revision_label ON label_revision (label_id, id);
CREATE INDEX label_revision_asset ON label_revision (asset) WHERE asset IS NOT NULL;
CREATE TRIGGER label_revision_append_only BEFORE UPDATE ON label_revision
BEGIN SELECT raise(ABORT, 'label_revision is append-only'); END;

CREATE TABLE run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('train', 'audit')),
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'paused', 'stopped', 'done', 'failed', 'interrupted')),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  configuration TEXT NOT NULL CHECK (json_valid(configuration)),
  snapshot TEXT,
  engine TEXT,
  epoch INTEGER NOT NULL DEFAULT 0,
  seconds REAL,
  images_per_second REAL,
  result TEXT CHECK (result IS NULL OR json_valid(result)),
  error TEXT CHECK (error IS NULL OR json_valid(error))
) STRICT;

CREATE TABLE run_metric (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  task TEXT NOT NULL,
  name TEXT NOT NULL,
  value REAL,
  PRIMARY KEY (run_id, epoch, task, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_label (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  task TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  data BLOB NOT NULL,
  UNIQUE (run_id, task, epoch)
) STRICT;

CREATE TABLE suspect (
  run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  label_id INTEGER NOT NULL REFERENCES label (id) ON DELETE CASCADE,
  task_id INTEGER NOT NULL REFERENCES task (id) ON DELETE CASCADE,
  rank INTEGER NOT NULL,
  score REAL NOT NULL,
  flagged INTEGER NOT NULL CHECK (flagged IN (0, 1)),
  signals TEXT NOT NULL CHECK (json_valid(signals)),
  why TEXT NOT NULL,
  component TEXT,
  decision TEXT CHECK (decision IN ('keep', 'fix', 'accept-prediction', 'reject', 'skip')),
  decided_at TEXT,
  PRIMARY KEY (run_id, label_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX suspect_rank ON suspect (run_id, task_id, rank);
CREATE INDEX suspect_label ON suspect (label_id);

CREATE TABLE job (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted')),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  parameters TEXT NOT NULL CHECK (json_valid(parameters)),
  progress TEXT CHECK (progress IS NULL OR json_valid(progress)),
  result TEXT CHECK (result IS NULL OR json_valid(result)),
  error TEXT CHECK (error IS NULL OR json_valid(error)),
  process INTEGER
) STRICT;
CREATE INDEX job_status ON job (status, id);
`,
}
