import type { ReadConnection, WriteConnection } from './connection.ts'

/** What a ranking says of one task as a whole; the store does not know what is in the summary. */
export interface StoredSummary {
  readonly summary: unknown
  /** Where a person put the cut; null: where the ranking proposes it. */
  readonly cut: number | null
}

export function readSummary(connection: ReadConnection, run: number, task: number): StoredSummary | undefined {
  const row = connection.get<{ summary: string; cut: number | null }>(
    'SELECT summary, cut FROM suspect_summary WHERE run_id = ? AND task_id = ?',
    run,
    task,
  )
  return row && { summary: JSON.parse(row.summary) as unknown, cut: row.cut }
}

/** Keeps a summary; where there is one already its cut stays. */
export function writeSummary(connection: WriteConnection, run: number, task: number, summary: unknown): void {
  connection.run(
    `INSERT INTO suspect_summary (run_id, task_id, summary) VALUES (?, ?, ?)
     ON CONFLICT (run_id, task_id) DO UPDATE SET summary = excluded.summary`,
    run,
    task,
    JSON.stringify(summary),
  )
}

/** Notes which signal the cut is on where a ranking of an earlier version did not. */
export function fillCutValues(connection: WriteConnection, run: number, task: number, signal: string): void {
  connection.run(
    `UPDATE suspect SET cut_value = json_extract(signals, '$.' || ?) WHERE run_id = ? AND task_id = ? AND cut_value IS NULL`,
    signal,
    run,
    task,
  )
}

/**
 * Moves the cut of a task's ranking: labels with a value from `threshold` on are flagged from now on. Touches only labels
 * whose flag changes. `threshold` null: none is flagged. `chosen`: a person put it there.
 */
export function moveCut(
  connection: WriteConnection,
  { run, task }: { readonly run: number; readonly task: number },
  threshold: number | null,
  chosen: boolean,
): void {
  connection.run(
    'UPDATE suspect_summary SET cut = ? WHERE run_id = ? AND task_id = ?',
    chosen ? threshold : null,
    run,
    task,
  )
  const from = threshold ?? Infinity
  connection.run(
    'UPDATE suspect SET flagged = 0 WHERE run_id = ? AND task_id = ? AND flagged = 1 AND (cut_value < ? OR cut_value IS NULL)',
    run,
    task,
    from,
  )
  connection.run(
    'UPDATE suspect SET flagged = 1 WHERE run_id = ? AND task_id = ? AND flagged = 0 AND cut_value >= ?',
    run,
    task,
    from,
  )
}
