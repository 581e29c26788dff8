import type { Box, LabelState } from '../dataset/label.ts'
import type { ReadConnection, SqlValue, WriteConnection } from './connection.ts'
import type { SuspectDecision, SuspectFamily } from './suspects.ts'

/** Which suspects of a task to list; what is missing does not filter. */
export interface SuspectFilter {
  readonly decision?: SuspectDecision | 'decided' | 'undecided'
  /** Beyond the cut or not. */
  readonly flagged?: boolean
  readonly component?: string
  /** Id of the label's source. */
  readonly source?: number
}

export interface SuspectQueueQuery {
  readonly run: number
  /** Id of the task. */
  readonly task: number
  readonly filter: SuspectFilter
  /** Worst first by rank, or by one signal whose order was made (`makeSignalOrder`). */
  readonly sort: string
  /** Places after this one (exclusive), ascending; or with `backwards` the places before it, nearest first. */
  readonly from: number
  readonly backwards?: boolean
  readonly limit: number
}

/** One row of the queue: what a list shows of a suspect. */
export interface QueuedSuspect {
  readonly label: number
  readonly person: number
  readonly box: Box | null
  readonly image: number
  readonly imagePath: string
  readonly source: string | null
  readonly rank: number
  /** Place in the order asked for: the rank, or the position by the signal. */
  readonly place: number
  readonly score: number
  readonly flagged: boolean
  readonly component: string | null
  readonly family: SuspectFamily | null
  readonly why: string
  readonly decision: SuspectDecision | null
  readonly decidedAt: string | null
  readonly state: LabelState
  /** Id of the label's newest revision, 0 without one: tells whether somebody changed it since. */
  readonly revision: number
}

interface QueueRow extends Omit<QueuedSuspect, 'flagged' | 'box'> {
  readonly flagged: number
  readonly x: number | null
  readonly y: number | null
  readonly width: number | null
  readonly height: number | null
}

const rankOrder = 'rank'

function conditions({ decision, flagged, component, source }: SuspectFilter): { sql: string; parameters: SqlValue[] } {
  const sql: string[] = []
  const parameters: SqlValue[] = []
  if (decision === 'undecided') sql.push('suspect.decision IS NULL')
  else if (decision === 'decided') sql.push('suspect.decision IS NOT NULL')
  else if (decision !== undefined) {
    sql.push('suspect.decision = ?')
    parameters.push(decision)
  }
  // The literal, since a partial index serves no parameter.
  if (flagged !== undefined) sql.push(`suspect.flagged = ${flagged ? 1 : 0}`)
  if (component !== undefined) {
    sql.push('suspect.component = ?')
    parameters.push(component)
  }
  if (source !== undefined) {
    sql.push('suspect.source_id = ?')
    parameters.push(source)
  }
  return { sql: sql.map((condition) => ` AND ${condition}`).join(''), parameters }
}

function columns(place: string): string {
  return `suspect.label_id AS label, label.person_id AS person, person.x, person.y, person.width, person.height,
    person.image_id AS image, source.name AS source,
    coalesce((SELECT path FROM image_source WHERE image_id = person.image_id
      ORDER BY source_id IS NOT label.source_id, source_id, path LIMIT 1), image.path) AS imagePath,
    suspect.rank, ${place} AS place, suspect.score, suspect.flagged, suspect.component, suspect.family, suspect.why,
    suspect.decision, suspect.decided_at AS decidedAt, label.state,
    coalesce((SELECT max(id) FROM label_revision WHERE label_id = suspect.label_id), 0) AS revision`
}

const joins = `CROSS JOIN label ON label.id = suspect.label_id
  CROSS JOIN person ON person.id = label.person_id
  CROSS JOIN image ON image.id = person.image_id
  LEFT JOIN source ON source.id = label.source_id`

function queued({ x, y, width, height, ...row }: QueueRow): QueuedSuspect {
  const box = x === null || y === null || width === null || height === null ? null : { x, y, width, height }
  return { ...row, box, flagged: row.flagged === 1 }
}

/**
 * A stretch of the queue in the order of its places (ascending, also when read backwards). Every filter has an index that
 * ends in the rank; combined filters walk the narrowest one.
 */
export function listQueue(connection: ReadConnection, query: SuspectQueueQuery): QueuedSuspect[] {
  const { run, task, filter, sort, from, backwards = false, limit } = query
  const { sql, parameters } = conditions(filter)
  const compare = backwards ? '<' : '>'
  const direction = backwards ? 'DESC' : 'ASC'
  const rows =
    sort === rankOrder
      ? connection.all<QueueRow>(
          `SELECT ${columns('suspect.rank')} FROM suspect ${joins}
           WHERE suspect.run_id = ? AND suspect.task_id = ? AND suspect.rank ${compare} ?${sql}
           ORDER BY suspect.rank ${direction} LIMIT ?`,
          run,
          task,
          from,
          ...parameters,
          limit,
        )
      : connection.all<QueueRow>(
          `SELECT ${columns('ordered.position')} FROM suspect_order AS ordered
           CROSS JOIN suspect ON suspect.run_id = ordered.run_id AND suspect.label_id = ordered.label_id ${joins}
           WHERE ordered.run_id = ? AND ordered.task_id = ? AND ordered.signal = ? AND ordered.position ${compare} ?${sql}
           ORDER BY ordered.position ${direction} LIMIT ?`,
          run,
          task,
          sort,
          from,
          ...parameters,
          limit,
        )
  return (backwards ? rows.reverse() : rows).map(queued)
}

/** One suspect as the queue shows it, its place being the rank. */
export function queuedSuspect(connection: ReadConnection, run: number, label: number): QueuedSuspect | undefined {
  const row = connection.get<QueueRow>(
    `SELECT ${columns('suspect.rank')} FROM suspect ${joins} WHERE suspect.run_id = ? AND suspect.label_id = ?`,
    run,
    label,
  )
  return row && queued(row)
}

/** Where a label stands by a signal whose order was made; undefined: it is not in it. */
export function placeBySignal(
  connection: ReadConnection,
  where: { readonly run: number; readonly task: number; readonly signal: string },
  label: number,
): number | undefined {
  return connection.get<{ position: number }>(
    'SELECT position FROM suspect_order WHERE run_id = ? AND task_id = ? AND signal = ? AND label_id = ?',
    where.run,
    where.task,
    where.signal,
    label,
  )?.position
}

/** How many suspects of the task pass the filter. */
export function countQueue(connection: ReadConnection, run: number, task: number, filter: SuspectFilter): number {
  const { sql, parameters } = conditions(filter)
  return connection.one<{ count: number }>(
    `SELECT count(*) AS count FROM suspect WHERE run_id = ? AND task_id = ?${sql}`,
    run,
    task,
    ...parameters,
  ).count
}

/**
 * Makes the order of a task's suspects by one signal, largest first, where it is not there yet; labels without the signal
 * are left out. Once a run, task and signal.
 */
export function makeSignalOrder(
  connection: WriteConnection,
  { run, task, signal }: { readonly run: number; readonly task: number; readonly signal: string },
): void {
  const made = connection.get(
    'SELECT 1 FROM suspect_order WHERE run_id = ? AND task_id = ? AND signal = ? LIMIT 1',
    run,
    task,
    signal,
  )
  if (made !== undefined) return
  connection.run(
    `INSERT INTO suspect_order (run_id, task_id, signal, position, label_id)
     SELECT run_id, task_id, ?, row_number() OVER (ORDER BY value DESC, rank), label_id FROM (
       SELECT run_id, task_id, label_id, rank, json_extract(signals, '$.' || ?) AS value
       FROM suspect WHERE run_id = ? AND task_id = ?) WHERE value IS NOT NULL`,
    signal,
    signal,
    run,
    task,
  )
}

export interface SuspectFacet {
  readonly name: string
  readonly flagged: number
  readonly ranked: number
}

/** Components that stand out, with how many suspects name each, most flagged first. */
export function componentFacets(connection: ReadConnection, run: number, task: number): SuspectFacet[] {
  return connection.all<SuspectFacet>(
    `SELECT component AS name, sum(flagged) AS flagged, count(*) AS ranked FROM suspect
     WHERE run_id = ? AND task_id = ? AND component IS NOT NULL GROUP BY component ORDER BY flagged DESC, ranked DESC, name`,
    run,
    task,
  )
}

/** The sources of a task's suspects; those made in the project are not among them. */
export function sourceFacets(connection: ReadConnection, run: number, task: number): (SuspectFacet & { id: number })[] {
  return connection.all<SuspectFacet & { id: number }>(
    `SELECT source.id, source.name, sum(flagged) AS flagged, count(*) AS ranked
     FROM suspect JOIN source ON source.id = suspect.source_id
     WHERE run_id = ? AND task_id = ? GROUP BY source.id ORDER BY source.id`,
    run,
    task,
  )
}

/** Decision → how many suspects of the task have it, those beyond the cut apart. */
export function decisionCounts(
  connection: ReadConnection,
  run: number,
  task: number,
): { decision: SuspectDecision; count: number; flagged: number }[] {
  return connection.all(
    `SELECT decision, count(*) AS count, sum(flagged) AS flagged FROM suspect
     WHERE run_id = ? AND task_id = ? AND decision IS NOT NULL GROUP BY decision`,
    run,
    task,
  )
}

/** Runs with ranked labels, newest first. */
export function rankedRuns(connection: ReadConnection): number[] {
  return connection
    .all<{ id: number }>(
      'SELECT id FROM run WHERE EXISTS (SELECT 1 FROM suspect WHERE run_id = run.id) ORDER BY id DESC',
    )
    .map((row) => row.id)
}
