import type { BulkProgress } from './bulkActions.ts'
import type { WriteConnection } from './connection.ts'

interface Archived {
  readonly table: string
  readonly columns: readonly string[]
  /** Rows that go with the chosen people (`temp.chosen`). */
  readonly of: string
  /** What archived rows need so that they can come back; where it is gone, they stay away. */
  readonly needs: string
}

const ofLabels = 'label_id IN (SELECT id FROM label WHERE person_id IN (SELECT id FROM temp.chosen))'
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

/** Rows that come back at a time: some milliseconds of work. */
const partSize = 2000

/**
 * Brings people back whose picture is still there, and of what hung on them what its source, task and run still allow.
 * `onProgress` counts rows of all tables.
 */
export function restorePeople(
  connection: WriteConnection,
  action: number,
  onProgress: BulkProgress = () => undefined,
): { restored: number; skipped: number } {
  const sizes = archive.map(({ table }) => removedRows(connection, table, action))
  const total = sizes.reduce((sum, { rows }) => sum + rows, 0)
  let [restored, done] = [0, 0]
  archive.forEach((archived, at) => {
    const { rows, first, last } = sizes[at]
    for (let from = first; rows > 0 && from <= last; from += partSize) {
      const changes = restoreRows(connection, archived, action, from, from + partSize - 1)
      if (archived.table === 'person') restored += changes
      done = Math.min(total, done + Math.min(partSize, rows))
      onProgress(done, total)
    }
  })
  for (const { table } of archive) connection.run(`DELETE FROM removed_${table} WHERE action_id = ?`, action)
  advance(connection)
  return { restored, skipped: sizes[0].rows - restored }
}

/** How many archived rows a table has of an action, and between which row numbers they lie. */
function removedRows(
  connection: WriteConnection,
  table: string,
  action: number,
): { readonly rows: number; readonly first: number; readonly last: number } {
  return connection.one(
    `SELECT count(*) AS rows, coalesce(min(rowid), 0) AS first, coalesce(max(rowid), 0) AS last
     FROM removed_${table} WHERE action_id = ?`,
    action,
  )
}

/** @returns rows that came back of those with these row numbers */
function restoreRows(
  connection: WriteConnection,
  { table, columns, needs }: Archived,
  action: number,
  from: number,
  to: number,
): number {
  const names = columns.join(', ')
  const values = columns.map((column) =>
    column === 'source_id' && withoutSource.has(table) ? '(SELECT id FROM source WHERE source.id = source_id)' : column,
  )
  return connection.run(
    `INSERT INTO ${table} (${names}) SELECT ${values.join(', ')} FROM removed_${table}
     WHERE action_id = ? AND removed_${table}.rowid BETWEEN ? AND ? AND ${needs}`,
    action,
    from,
    to,
  ).changes
}

/** Plans made before are out of date. */
function advance(connection: WriteConnection): void {
  connection.run('UPDATE project SET generation = generation + 1')
}
