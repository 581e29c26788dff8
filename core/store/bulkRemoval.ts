import type { ReadConnection, SqlValue, WriteConnection } from './connection.ts'

interface Archived {
  readonly table: string
  readonly columns: readonly string[]
  /** Rows that go with the chosen people (`temp.chosen`, their labels `temp.chosen_label`), there as well as archived. */
  readonly of: string
  /** What archived rows need so that they can come back; where it is gone, they stay away. */
  readonly needs: string
}

const ofLabels = 'label_id IN (SELECT id FROM temp.chosen_label)'
const ofPeople = 'person_id IN (SELECT id FROM temp.chosen)'
const needsLabel = 'label_id IN (SELECT id FROM label)'
const boxColumns = ['x', 'y', 'width', 'height'] as const

/** Every table that holds something of a person, in the order in which rows can come back. */
const archive: readonly Archived[] = [
  {
    table: 'person',
    columns: ['id', 'image_id', ...boxColumns, 'box_origin'],
    of: 'id IN (SELECT id FROM temp.chosen)',
    needs: 'image_id IN (SELECT id FROM image)',
  },
  {
    table: 'person_source',
    columns: ['source_id', 'person_id', 'key', ...boxColumns],
    of: ofPeople,
    needs: 'person_id IN (SELECT id FROM person) AND source_id IN (SELECT id FROM source)',
  },
  {
    table: 'assignment',
    columns: ['person_id', 'assignee'],
    of: ofPeople,
    needs: 'person_id IN (SELECT id FROM person)',
  },
  {
    table: 'label',
    columns: [
      ...['id', 'person_id', 'task_id', 'source_id', 'state', 'origin', 'current', 'disputed', 'touched'],
      ...['bundle_source', 'value', 'asset'],
    ],
    of: ofPeople,
    needs: 'person_id IN (SELECT id FROM person) AND task_id IN (SELECT id FROM task)',
  },
  {
    table: 'label_revision',
    columns: ['id', 'label_id', 'at', 'author', 'reason', 'origin', 'state', 'value', 'asset'],
    of: ofLabels,
    needs: needsLabel,
  },
  {
    table: 'suspect',
    columns: [
      ...['run_id', 'label_id', 'task_id', 'rank', 'score', 'flagged', 'signals', 'why', 'component', 'decision'],
      ...['decided_at', 'family', 'cut_value', 'source_id'],
    ],
    of: ofLabels,
    needs: `${needsLabel} AND run_id IN (SELECT id FROM run)`,
  },
  {
    table: 'suspect_decision',
    columns: [
      ...['id', 'batch', 'run_id', 'label_id', 'decision', 'previous', 'revision_id', 'at', 'author', 'undone_at'],
      'undo_revision_id',
    ],
    of: ofLabels,
    needs: `${needsLabel} AND run_id IN (SELECT id FROM run)`,
  },
]

/** Tables in which a source may be missing: the rows come back as made in the project. */
const withoutSource = new Set(['label', 'suspect'])

/** Moves the chosen people, with all that hangs on them, to the `removed_…` tables. @returns people moved */
export function removePeople(connection: WriteConnection, action: number): number {
  chooseLabels(connection, `SELECT id FROM label WHERE ${ofPeople}`)
  for (const { table, columns, of } of archive) {
    const names = columns.join(', ')
    connection.run(
      `INSERT INTO removed_${table} (action_id, ${names}) SELECT ?, ${names} FROM ${table} WHERE ${of}`,
      action,
    )
  }
  const { changes } = connection.run('DELETE FROM person WHERE id IN (SELECT id FROM temp.chosen)')
  advance(connection)
  return changes
}

/**
 * Brings people of an action back whose picture is still there, `most` of them, and of what hung on them what its source, task
 * and run still allow. What does not come back is gone. Inside a transaction.
 * @returns how many came back, and how many were looked at: 0 when none are left
 */
export function restorePeople(
  connection: WriteConnection,
  action: number,
  most: number,
): { readonly restored: number; readonly looked: number } {
  connection.script('CREATE TEMP TABLE IF NOT EXISTS chosen (id INTEGER PRIMARY KEY); DELETE FROM temp.chosen')
  const { changes: looked } = connection.run(
    'INSERT INTO temp.chosen (id) SELECT id FROM removed_person WHERE action_id = ? ORDER BY id LIMIT ?',
    action,
    most,
  )
  if (looked === 0) return { restored: 0, looked }
  const labels = `SELECT id FROM removed_label WHERE action_id = ? AND ${ofPeople}`
  chooseLabels(connection, labels, action)
  const [restored] = archive.map((archived) => restoreRows(connection, archived, action))
  for (const { table, of } of archive) {
    connection.run(`DELETE FROM removed_${table} WHERE action_id = ? AND ${of}`, action)
  }
  advance(connection)
  return { restored, looked }
}

/** People of an action that can still come back. */
export function removedPeople(connection: ReadConnection, action: number): number {
  return connection.one<{ people: number }>('SELECT count(*) AS people FROM removed_person WHERE action_id = ?', action)
    .people
}

/** Notes which labels the chosen people have, by a query of theirs. */
function chooseLabels(connection: WriteConnection, labels: string, ...parameters: SqlValue[]): void {
  connection.script(
    'CREATE TEMP TABLE IF NOT EXISTS chosen_label (id INTEGER PRIMARY KEY); DELETE FROM temp.chosen_label',
  )
  connection.run(`INSERT INTO temp.chosen_label (id) ${labels}`, ...parameters)
}

/** @returns rows of the chosen people that came back */
function restoreRows(connection: WriteConnection, archived: Archived, action: number): number {
  const { table, columns, of, needs } = archived
  const names = columns.join(', ')
  const values = columns.map((column) =>
    column === 'source_id' && withoutSource.has(table) ? '(SELECT id FROM source WHERE source.id = source_id)' : column,
  )
  return connection.run(
    `INSERT INTO ${table} (${names}) SELECT ${values.join(', ')} FROM removed_${table}
     WHERE action_id = ? AND ${of} AND ${needs} ORDER BY rowid`,
    action,
  ).changes
}

/** Plans made before are out of date. */
function advance(connection: WriteConnection): void {
  connection.run('UPDATE project SET generation = generation + 1')
}
