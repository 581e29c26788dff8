import type { ReadConnection, WriteConnection } from './connection.ts'

/** How many of the errors that were planted in one task are found. */
export interface PlantedCounts {
  readonly task: string
  readonly kind: string
  readonly planted: number
  readonly flagged: number | null
  readonly fixed: number
  readonly kept: number
}

export function notePlantedError(
  connection: WriteConnection,
  error: { readonly label: number; readonly task: string; readonly kind: string },
): void {
  connection.run(
    'INSERT INTO planted_error (label_id, task, kind) VALUES (?, ?, ?)',
    error.label,
    error.task,
    error.kind,
  )
}

export function hasPlantedErrors(connection: ReadConnection): boolean {
  return connection.get<{ found: number }>('SELECT 1 AS found FROM planted_error LIMIT 1') !== undefined
}

/**
 * By task. An error is fixed when its label is gone, rejected, or has another value than it came with (the one before its
 * first change); kept when somebody verified that value. `run`: whose flags count; null: none.
 */
export function readPlantedCounts(connection: ReadConnection, run: number | null): PlantedCounts[] {
  const rows = connection.all<Omit<PlantedCounts, 'flagged'> & { flagged: number }>(
    `WITH error AS (
       SELECT planted_error.task, planted_error.kind, label.id IS NULL OR label.state = 'rejected'
           OR (first.id IS NOT NULL AND (label.value IS NOT first.value OR label.asset IS NOT first.asset)) AS fixed,
         label.state IS 'verified' AS verified,
         EXISTS (SELECT 1 FROM suspect WHERE run_id = ? AND label_id = planted_error.label_id AND flagged = 1) AS flagged
       FROM planted_error
       LEFT JOIN label ON label.id = planted_error.label_id
       LEFT JOIN label_revision AS first
         ON first.id = (SELECT min(id) FROM label_revision WHERE label_id = planted_error.label_id)
     )
     SELECT task, min(kind) AS kind, count(*) AS planted, sum(flagged) AS flagged, sum(fixed) AS fixed,
       sum(verified AND NOT fixed) AS kept
     FROM error GROUP BY task ORDER BY task`,
    run ?? 0,
  )
  return rows.map((row) => ({ ...row, flagged: run === null ? null : row.flagged }))
}
