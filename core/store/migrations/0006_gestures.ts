import type { Migration } from './migration.ts'

/**
 * Undo in the editor. Why it is as it is:
 * - a gesture is what a person did at once, on any number of labels and people; each picture has its own history of them, so
 *   that coming back to a picture finds its undo as it was left, in any window and after any restart;
 * - what a label was lies in `label_revision` already: a change only says which revision brings it back and, once undone, which
 *   one does it again;
 * - `version_before` and `version_after` say which revisions the label must be at for the change to be done again or undone.
 *   Undoing makes a revision of its own with the content of an older one, and takes over its number in all gestures of the
 *   label: so a chain of gestures can be walked back and forth, and a change by anybody else is noticed;
 * - no foreign keys to labels and people: those who are deleted come back with their numbers, and their history with them.
 */
export const gesturesMigration: Migration = {
  version: 6,
  title: 'gestures of the editor',
  sql: `
CREATE TABLE gesture (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- Made by the window: a gesture that is sent twice is stored once.
  key TEXT NOT NULL UNIQUE,
  image_id INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
  -- In words: "brush: skirt".
  title TEXT NOT NULL,
  at TEXT NOT NULL,
  author TEXT NOT NULL,
  -- dropped: it can neither be undone nor done again, since something else came after it.
  state TEXT NOT NULL CHECK (state IN ('done', 'undone', 'dropped'))
) STRICT;
CREATE INDEX gesture_image ON gesture (image_id, state, id);

CREATE TABLE gesture_change (
  gesture_id INTEGER NOT NULL REFERENCES gesture (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('label', 'box', 'person-added', 'person-removed', 'decision')),
  -- Id of the label, the person or the decision (suspect_decision).
  subject INTEGER NOT NULL,
  version_before INTEGER,
  version_after INTEGER,
  undo_revision INTEGER,
  redo_revision INTEGER,
  -- Boxes, JSON.
  box_before TEXT CHECK (box_before IS NULL OR json_valid(box_before)),
  box_after TEXT CHECK (box_after IS NULL OR json_valid(box_after)),
  -- Under which number (bulk_action) the person's rows are kept while they are away.
  archive INTEGER,
  PRIMARY KEY (gesture_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX gesture_change_subject ON gesture_change (kind, subject);
`,
}
