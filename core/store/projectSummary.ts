import type { ReadConnection } from './connection.ts'
import { newestRankingRun, newestRuns } from './newestRuns.ts'

/** What lies in a project and what waits in it, in counts. */
export interface ProjectCounts {
  readonly images: number
  readonly people: number
  /** Labels in force that have a value. */
  readonly labels: number
  readonly verified: number
  readonly tasks: number
  readonly sources: number
  /** People × tasks without a label in force. */
  readonly unlabelled: number
  readonly suspects: { readonly run: number; readonly flagged: number; readonly waiting: number } | null
  readonly interruptedRuns: number[]
}

export function readProjectCounts(connection: ReadConnection): ProjectCounts {
  const totals = connection.one<Omit<ProjectCounts, 'unlabelled' | 'suspects' | 'interruptedRuns'>>(
    `SELECT (SELECT count(*) FROM image) AS images, (SELECT count(*) FROM person) AS people,
       (SELECT count(*) FROM label WHERE current = 1 AND state <> 'unlabelled') AS labels,
       (SELECT count(*) FROM label WHERE current = 1 AND state = 'verified') AS verified,
       (SELECT count(*) FROM task) AS tasks, (SELECT count(*) FROM source) AS sources`,
  )
  const run = newestRankingRun(connection, null) ?? newestRuns(connection).at(0)?.id ?? null
  const suspects =
    run === null
      ? null
      : {
          run,
          ...connection.one<{ flagged: number; waiting: number }>(
            `SELECT count(*) AS flagged, count(*) FILTER (WHERE decision IS NULL) AS waiting
       FROM suspect WHERE run_id = ? AND flagged = 1`,
            run,
          ),
        }
  return {
    ...totals,
    unlabelled: totals.people * totals.tasks - totals.labels,
    suspects,
    interruptedRuns: connection
      .all<{ id: number }>(
        "SELECT id FROM run WHERE kind = 'train' AND status = 'interrupted' AND removed_at IS NULL ORDER BY id DESC",
      )
      .map((row) => row.id),
  }
}

/** At most `count` people spread evenly over the project, each with its image. */
export function spreadPeople(connection: ReadConnection, count: number): { image: number; person: number }[] {
  const range = connection.one<{ first: number | null; last: number | null }>(
    'SELECT min(id) AS first, max(id) AS last FROM person',
  )
  if (range.first === null || range.last === null) return []
  const found = new Map<number, { image: number; person: number }>()
  for (let at = 0; at < count; at++) {
    // Ids have gaps where people were removed: the next one that is there.
    const from = range.first + Math.floor(((range.last - range.first) * at) / Math.max(1, count - 1))
    const row = connection.get<{ image: number; person: number }>(
      'SELECT id AS person, image_id AS image FROM person WHERE id >= ? ORDER BY id LIMIT 1',
      from,
    )
    if (row !== undefined) found.set(row.person, row)
  }
  return [...found.values()]
}
