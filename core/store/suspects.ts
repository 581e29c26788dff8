import type { ReadConnection, WriteConnection } from './connection.ts'
import { defaultPageSize, pageOf, type Page } from './page.ts'

export const suspectDecisions = ['keep', 'fix', 'accept-prediction', 'reject', 'skip'] as const
export type SuspectDecision = (typeof suspectDecisions)[number]

export const suspectFamilies = ['label', 'component', 'pixels', 'swap'] as const
export type SuspectFamily = (typeof suspectFamilies)[number]

/** Below this many new rows, indexes are kept up row by row. */
const fewRows = 20_000

export interface NewSuspect {
  readonly label: number
  /** 1 is the worst of its task. */
  readonly rank: number
  readonly score: number
  /** Beyond the cut: probably wrong. */
  readonly flagged: boolean
  /** Signal → value; NaN is stored as null. */
  readonly signals: Readonly<Record<string, number | null>>
  readonly why: string
  /** The component that stands out, where one does. */
  readonly component: string | null
  /** What kind of mistake the ranking suspects; missing or null: none, or ranked by an earlier version. */
  readonly family?: SuspectFamily | null
  /** Value of the signal that the task's cut is on; missing or null: unknown. */
  readonly cutValue?: number | null
}

export interface Suspect extends NewSuspect {
  readonly run: number
  readonly task: string
  readonly person: number
  readonly image: number
  /** Path of the picture in the source it came from, for people. */
  readonly imagePath: string
  /** Name of the label's source; null: made in the project. */
  readonly source: string | null
  readonly decision: SuspectDecision | null
  readonly decidedAt: string | null
}

export interface SuspectQuery {
  readonly run: number
  readonly task?: string
  /** Ranks after this one. */
  readonly after?: number
  readonly limit?: number
}

interface SuspectRow extends Omit<Suspect, 'flagged' | 'signals'> {
  readonly flagged: number
  readonly signals: string
}

const select = `SELECT suspect.run_id AS run, suspect.label_id AS label, task.name AS task, suspect.rank, suspect.score,
    suspect.flagged, suspect.signals, suspect.why, suspect.component, suspect.family, suspect.decision,
    suspect.decided_at AS decidedAt, label.person_id AS person, person.image_id AS image, source.name AS source,
    coalesce((SELECT path FROM image_source WHERE image_id = person.image_id
      ORDER BY source_id IS NOT label.source_id, source_id, path LIMIT 1), image.path) AS imagePath
  FROM suspect
  JOIN task ON task.id = suspect.task_id
  JOIN label ON label.id = suspect.label_id
  JOIN person ON person.id = label.person_id
  JOIN image ON image.id = person.image_id
  LEFT JOIN source ON source.id = label.source_id`

export class SuspectReader {
  protected readonly connection: ReadConnection

  constructor(connection: ReadConnection) {
    this.connection = connection
  }

  get(run: number, label: number): Suspect | undefined {
    const row = this.connection.get<SuspectRow>(
      `${select} WHERE suspect.run_id = ? AND suspect.label_id = ?`,
      run,
      label,
    )
    return row && suspectOf(row)
  }

  /** One task's suspects, worst first; the page's key is the rank. */
  listTask({ run, task, after = 0, limit = defaultPageSize }: SuspectQuery & { readonly task: string }): Page<Suspect> {
    const rows = this.connection.all<SuspectRow>(
      `${select} WHERE suspect.run_id = ? AND suspect.task_id = (SELECT id FROM task WHERE name = ?)
         AND suspect.rank > ? ORDER BY suspect.rank LIMIT ?`,
      run,
      task,
      after,
      limit + 1,
    )
    return pageOf(rows.map(suspectOf), limit, (suspect) => suspect.rank)
  }

  /** The worst of every task in turn (rank 1 of all tasks, then rank 2 …), at most `limit`. */
  worst({ run, task, limit = defaultPageSize }: SuspectQuery): Suspect[] {
    if (task !== undefined) return [...this.listTask({ run, task, limit }).items]
    return this.connection
      .all<SuspectRow>(`${select} WHERE suspect.run_id = ? ORDER BY suspect.rank, task.id LIMIT ?`, run, limit)
      .map(suspectOf)
  }

  /** What was decided last of a label, in any run; null: nothing. */
  newestDecision(label: number): SuspectDecision | null {
    const row = this.connection.get<{ decision: SuspectDecision }>(
      `SELECT decision FROM suspect WHERE label_id = ? AND decision IS NOT NULL
       ORDER BY decided_at DESC, run_id DESC LIMIT 1`,
      label,
    )
    return row?.decision ?? null
  }

  /** Task → suspects, those beyond the cut, those decided. */
  counts(run: number): Record<string, { ranked: number; flagged: number; decided: number }> {
    const rows = this.connection.all<{ task: string; ranked: number; flagged: number; decided: number }>(
      `SELECT task.name AS task, count(*) AS ranked, sum(flagged) AS flagged, count(decision) AS decided
       FROM suspect JOIN task ON task.id = suspect.task_id WHERE run_id = ? GROUP BY suspect.task_id ORDER BY task.id`,
      run,
    )
    return Object.fromEntries(rows.map(({ task, ...counts }) => [task, counts]))
  }
}

export class SuspectWriter extends SuspectReader {
  readonly #connection: WriteConnection

  constructor(connection: WriteConnection) {
    super(connection)
    this.#connection = connection
  }

  /**
   * Replaces the ranking of one task of a run, within the caller's transaction; decisions on labels that stay in it are
   * kept. Fastest in the order of the labels, which is the table's.
   */
  replace(run: number, task: string, suspects: readonly NewSuspect[]): void {
    const { id } = this.#connection.one<{ id: number }>('SELECT id FROM task WHERE name = ?', task)
    const decided = this.#connection.all<{ label: number; decision: string; decidedAt: string }>(
      `SELECT label_id AS label, decision, decided_at AS decidedAt FROM suspect
       WHERE run_id = ? AND task_id = ? AND decision IS NOT NULL`,
      run,
      id,
    )
    for (const table of ['suspect', 'suspect_order', 'suspect_summary']) {
      this.#connection.run(`DELETE FROM ${table} WHERE run_id = ? AND task_id = ?`, run, id)
    }
    const indexes = this.#worthRebuilding(suspects.length) ? this.#dropIndexes() : []
    for (const suspect of suspects) this.#insert(run, id, suspect)
    for (const { sql } of indexes) this.#connection.script(sql)
    for (const row of decided) {
      this.#connection.run(
        'UPDATE suspect SET decision = ?, decided_at = ? WHERE run_id = ? AND label_id = ?',
        row.decision,
        row.decidedAt,
        run,
        row.label,
      )
    }
  }

  /** Most of the table is new: its eight indexes are made anew by sorting, not row by row all over their pages. */
  #worthRebuilding(added: number): boolean {
    if (added < fewRows) return false
    const sql = 'SELECT count(*) AS there FROM (SELECT 1 FROM suspect LIMIT ?)'
    return this.#connection.one<{ there: number }>(sql, added).there < added
  }

  #dropIndexes(): readonly { readonly name: string; readonly sql: string }[] {
    const indexes = this.#connection.all<{ name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'suspect' AND sql IS NOT NULL ORDER BY rowid`,
    )
    for (const { name } of indexes) this.#connection.script(`DROP INDEX ${name}`)
    return indexes
  }

  #insert(run: number, task: number, suspect: NewSuspect): void {
    // A label whose source was removed while the run went on is passed over.
    this.#connection.run(
      `INSERT INTO suspect (run_id, label_id, task_id, rank, score, flagged, signals, why, component, family, cut_value,
         source_id)
       SELECT ?, id, ?, ?, ?, ?, ?, ?, ?, ?, ?, source_id FROM label WHERE id = ?`,
      run,
      task,
      suspect.rank,
      suspect.score,
      suspect.flagged ? 1 : 0,
      JSON.stringify(suspect.signals),
      suspect.why,
      suspect.component,
      suspect.family ?? null,
      suspect.cutValue ?? null,
      suspect.label,
    )
  }

  /** False when the run has no such suspect. Null takes a decision back. */
  decide(run: number, label: number, decision: SuspectDecision | null): boolean {
    const { changes } = this.#connection.run(
      'UPDATE suspect SET decision = ?, decided_at = ? WHERE run_id = ? AND label_id = ?',
      decision,
      decision === null ? null : new Date().toISOString(),
      run,
      label,
    )
    return changes > 0
  }
}

function suspectOf(row: SuspectRow): Suspect {
  return {
    ...row,
    flagged: row.flagged === 1,
    signals: JSON.parse(row.signals) as Record<string, number | null>,
  }
}
