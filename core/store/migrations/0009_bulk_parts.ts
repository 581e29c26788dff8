import type { Migration } from './migration.ts'

const ofPeople = ['person_source', 'assignment', 'label']
const ofLabels = ['label_revision', 'suspect', 'suspect_decision']

const index = (table: string, column: string): string => `
DROP INDEX removed_${table}_action;
CREATE INDEX removed_${table}_action ON removed_${table} (action_id, ${column});`

/**
 * Actions on many people that are written part by part. Why it is as it is:
 * - each part is a transaction of its own, so that others' changes wait for one part at the most; until all are written the
 *   action has its writer's process, so that nobody undoes half of it, and that what a killed process leaves is recognised;
 * - deleted people come back person by person with all that hangs on them, so the `removed_…` tables are found by person.
 */
export const bulkPartsMigration: Migration = {
  version: 9,
  title: 'actions on many people, part by part',
  sql: `
ALTER TABLE bulk_action ADD COLUMN process INTEGER;
${index('person', 'id')}
${ofPeople.map((table) => index(table, 'person_id')).join('')}
${ofLabels.map((table) => index(table, 'label_id')).join('')}
`,
}
