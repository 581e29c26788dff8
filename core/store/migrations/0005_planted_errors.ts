import type { Migration } from './migration.ts'

/**
 * The sample's answer sheet: which labels were made wrong on purpose, and how. Nothing that ranks or trains reads it. It
 * refers to labels without a foreign key: people who are deleted and brought back keep their ids, and their errors.
 */
export const plantedErrorsMigration: Migration = {
  version: 5,
  title: 'planted errors',
  sql: `
CREATE TABLE planted_error (
  label_id INTEGER PRIMARY KEY,
  task TEXT NOT NULL,
  kind TEXT NOT NULL
) STRICT;
`,
}
