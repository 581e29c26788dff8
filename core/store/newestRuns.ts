import type { ReadConnection } from './connection.ts'

/** Finished training runs that are not removed, the newest first, with what they were asked for. */
export function newestRuns(connection: ReadConnection): { readonly id: number; readonly configuration: unknown }[] {
  return connection
    .all<{ id: number; configuration: string }>(
      `SELECT id, configuration FROM run WHERE kind = 'train' AND status = 'done' AND removed_at IS NULL ORDER BY id DESC`,
    )
    .map(({ id, configuration }) => ({ id, configuration: JSON.parse(configuration) as unknown }))
}
