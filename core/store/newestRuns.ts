import type { ReadConnection } from './connection.ts'

/**
 * Finished training runs that are not removed, the newest first, with what they were asked for; members of sets, which are
 * there to be compared, come after all others.
 */
export function newestRuns(connection: ReadConnection): { readonly id: number; readonly configuration: unknown }[] {
  return connection
    .all<{ id: number; configuration: string }>(
      `SELECT id, configuration FROM run WHERE kind = 'train' AND status = 'done' AND removed_at IS NULL
       ORDER BY EXISTS (SELECT 1 FROM run_set_member WHERE run_id = run.id), id DESC`,
    )
    .map(({ id, configuration }) => ({ id, configuration: JSON.parse(configuration) as unknown }))
}

/**
 * The finished training run whose ranking is meant where none is named: the newest that ranked labels of `task` (null: any) and
 * was started for itself; members of sets, which learn some tasks only and are there to be compared, come after all others.
 * null: none.
 */
export function newestRankingRun(connection: ReadConnection, task: number | null): number | null {
  const row = connection.get<{ id: number }>(
    `SELECT id FROM run WHERE kind = 'train' AND status = 'done' AND removed_at IS NULL
       AND EXISTS (SELECT 1 FROM suspect WHERE run_id = run.id AND (? IS NULL OR task_id = ?))
     ORDER BY EXISTS (SELECT 1 FROM run_set_member WHERE run_id = run.id), id DESC LIMIT 1`,
    task,
    task,
  )
  return row?.id ?? null
}
