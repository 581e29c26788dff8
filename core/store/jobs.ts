import type { ReadConnection, WriteConnection } from './connection.ts'
import { fromJsonColumn, toJsonColumn } from './jsonColumn.ts'
import { defaultPageSize, pageOf, type Page, type PageRequest } from './page.ts'

export type JobStatus = 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled' | 'interrupted'

export interface Job {
  readonly id: number
  readonly kind: string
  readonly status: JobStatus
  readonly createdAt: string
  readonly updatedAt: string
  readonly parameters: unknown
  readonly progress: unknown
  readonly result: unknown
  readonly error: unknown
  /** Operating-system id of the process that works on it. */
  readonly process: number | null
}

export interface JobChange {
  readonly status?: JobStatus
  readonly progress?: unknown
  readonly result?: unknown
  readonly error?: unknown
}

interface JobRow {
  readonly id: number
  readonly kind: string
  readonly status: JobStatus
  readonly createdAt: string
  readonly updatedAt: string
  readonly parameters: string
  readonly progress: string | null
  readonly result: string | null
  readonly error: string | null
  readonly process: number | null
}

const columns = `id, kind, status, created_at AS createdAt, updated_at AS updatedAt, parameters, progress, result,
  error, process`

export class JobReader {
  protected readonly connection: ReadConnection

  constructor(connection: ReadConnection) {
    this.connection = connection
  }

  get(id: number): Job | undefined {
    const row = this.connection.get<JobRow>(`SELECT ${columns} FROM job WHERE id = ?`, id)
    return row && jobOf(row)
  }

  /** The job that applied an import plan, while the plan's name is remembered. */
  ofPlan(plan: string): Job | undefined {
    const row = this.connection.get<JobRow>(
      `SELECT ${columns} FROM job WHERE kind = 'apply-import' AND json_extract(parameters, '$.plan') = ?
       ORDER BY id DESC LIMIT 1`,
      plan,
    )
    return row && jobOf(row)
  }

  /** By id, ascending; `after` is a job id. */
  list({ after = 0, limit = defaultPageSize }: PageRequest = {}): Page<Job> {
    const rows = this.connection.all<JobRow>(
      `SELECT ${columns} FROM job WHERE id > ? ORDER BY id LIMIT ?`,
      after,
      limit + 1,
    )
    return pageOf(rows.map(jobOf), limit, (job) => job.id)
  }

  withStatus(status: JobStatus): Job[] {
    return this.connection.all<JobRow>(`SELECT ${columns} FROM job WHERE status = ? ORDER BY id`, status).map(jobOf)
  }
}

export class JobWriter extends JobReader {
  readonly #connection: WriteConnection

  constructor(connection: WriteConnection) {
    super(connection)
    this.#connection = connection
  }

  insert(job: { readonly kind: string; readonly status: JobStatus; readonly parameters: unknown }): number {
    const now = new Date().toISOString()
    return this.#connection.run(
      'INSERT INTO job (kind, status, created_at, updated_at, parameters, process) VALUES (?, ?, ?, ?, ?, ?)',
      job.kind,
      job.status,
      now,
      now,
      JSON.stringify(job.parameters),
      process.pid,
    ).lastInsertRowid
  }

  /** Fields that are missing in `change` stay as they are. */
  update(id: number, change: JobChange): void {
    this.#connection.run(
      `UPDATE job SET status = coalesce(?, status), progress = coalesce(?, progress), result = coalesce(?, result),
         error = coalesce(?, error), updated_at = ? WHERE id = ?`,
      change.status ?? null,
      toJsonColumn(change.progress),
      toJsonColumn(change.result),
      toJsonColumn(change.error),
      new Date().toISOString(),
      id,
    )
  }
}

function jobOf(row: JobRow): Job {
  return {
    ...row,
    parameters: fromJsonColumn(row.parameters),
    progress: fromJsonColumn(row.progress),
    result: fromJsonColumn(row.result),
    error: fromJsonColumn(row.error),
  }
}
