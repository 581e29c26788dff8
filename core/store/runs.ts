import type { ReadConnection, WriteConnection } from './connection.ts'
import { fromJsonColumn, toJsonColumn } from './jsonColumn.ts'
import { defaultPageSize, pageOf, type Page, type PageRequest } from './page.ts'

export type RunKind = 'train' | 'audit'
export type RunStatus = 'queued' | 'running' | 'paused' | 'stopped' | 'done' | 'failed' | 'interrupted'

export interface Run {
  readonly id: number
  readonly kind: RunKind
  readonly status: RunStatus
  readonly createdAt: string
  readonly updatedAt: string
  /** As it was given (JSON): the store does not know what a run needs. */
  readonly configuration: unknown
  /** Id of the snapshot. */
  readonly snapshot: string | null
  readonly engine: string | null
  /** Epochs finished. */
  readonly epoch: number
  readonly seconds: number | null
  readonly imagesPerSecond: number | null
  readonly result: unknown
  readonly error: unknown
  /** What a person wrote to tell the run apart. */
  readonly note: string
}

/** Fields that are missing stay as they are. */
export interface RunChange {
  readonly status?: RunStatus
  readonly configuration?: unknown
  readonly snapshot?: string
  readonly engine?: string
  readonly epoch?: number
  readonly seconds?: number
  readonly imagesPerSecond?: number
  readonly result?: unknown
  readonly error?: unknown
  readonly note?: string
}

export interface RunMetric {
  readonly epoch: number
  readonly task: string
  readonly name: string
  /** NaN is stored as null. */
  readonly value: number | null
}

interface RunRow extends Omit<Run, 'configuration' | 'result' | 'error'> {
  readonly configuration: string
  readonly result: string | null
  readonly error: string | null
}

const columns = `id, kind, status, created_at AS createdAt, updated_at AS updatedAt, configuration, snapshot, engine,
  epoch, seconds, images_per_second AS imagesPerSecond, result, error, note`

/** Runs that somebody took away stay for a while, so that this can be undone; they are seen by `removed` alone. */
export class RunReader {
  protected readonly connection: ReadConnection

  constructor(connection: ReadConnection) {
    this.connection = connection
  }

  get(id: number): Run | undefined {
    const row = this.connection.get<RunRow>(`SELECT ${columns} FROM run WHERE id = ? AND removed_at IS NULL`, id)
    return row && runOf(row)
  }

  /** By id, ascending; `after` is a run id. */
  list({ after = 0, limit = defaultPageSize }: PageRequest = {}): Page<Run> {
    const rows = this.connection.all<RunRow>(
      `SELECT ${columns} FROM run WHERE id > ? AND removed_at IS NULL ORDER BY id LIMIT ?`,
      after,
      limit + 1,
    )
    return pageOf(rows.map(runOf), limit, (run) => run.id)
  }

  /** Runs that somebody works on, or worked on when he died. */
  unfinished(): number[] {
    return this.connection
      .all<{ id: number }>("SELECT id FROM run WHERE status IN ('queued', 'running', 'paused') ORDER BY id")
      .map((row) => row.id)
  }

  /** Ids of runs taken away before the given time. */
  removed(before: string): number[] {
    return this.connection
      .all<{ id: number }>('SELECT id FROM run WHERE removed_at < ? ORDER BY id', before)
      .map(({ id }) => id)
  }

  /** By epoch, then task, then name. */
  metrics(id: number): RunMetric[] {
    return this.connection.all<RunMetric>(
      'SELECT epoch, task, name, value FROM run_metric WHERE run_id = ? ORDER BY epoch, task, name',
      id,
    )
  }

  /** Epochs for which `labels` has something, ascending. */
  labelEpochs(id: number, task: string): number[] {
    return this.connection
      .all<{ epoch: number }>('SELECT epoch FROM run_label WHERE run_id = ? AND task = ? ORDER BY epoch', id, task)
      .map((row) => row.epoch)
  }

  /** The bytes that were given for (run, task, epoch). */
  labels(id: number, task: string, epoch: number): Uint8Array | undefined {
    return this.connection.get<{ data: Buffer }>(
      'SELECT data FROM run_label WHERE run_id = ? AND task = ? AND epoch = ?',
      id,
      task,
      epoch,
    )?.data
  }
}

export class RunWriter extends RunReader {
  readonly #connection: WriteConnection

  constructor(connection: WriteConnection) {
    super(connection)
    this.#connection = connection
  }

  insert(run: { readonly kind: RunKind; readonly status: RunStatus; readonly configuration: unknown }): number {
    const now = new Date().toISOString()
    return this.#connection.run(
      'INSERT INTO run (kind, status, created_at, updated_at, configuration) VALUES (?, ?, ?, ?, ?)',
      run.kind,
      run.status,
      now,
      now,
      JSON.stringify(run.configuration),
    ).lastInsertRowid
  }

  update(id: number, change: RunChange): void {
    this.#connection.run(
      `UPDATE run SET status = coalesce(?, status), snapshot = coalesce(?, snapshot), engine = coalesce(?, engine),
         epoch = coalesce(?, epoch), seconds = coalesce(?, seconds),
         images_per_second = coalesce(?, images_per_second), result = coalesce(?, result),
         error = coalesce(?, error), note = coalesce(?, note),
         configuration = coalesce(?, configuration), updated_at = ? WHERE id = ?`,
      change.status ?? null,
      change.snapshot ?? null,
      change.engine ?? null,
      change.epoch ?? null,
      change.seconds ?? null,
      change.imagesPerSecond ?? null,
      toJsonColumn(change.result),
      toJsonColumn(change.error),
      change.note ?? null,
      toJsonColumn(change.configuration),
      new Date().toISOString(),
      id,
    )
  }

  /** A metric that is there already is replaced: a resumed run repeats the epoch that was lost. */
  setMetric(id: number, metric: RunMetric): void {
    this.#connection.run(
      `INSERT INTO run_metric (run_id, epoch, task, name, value) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (run_id, epoch, task, name) DO UPDATE SET value = excluded.value`,
      id,
      metric.epoch,
      metric.task,
      metric.name,
      metric.value !== null && Number.isFinite(metric.value) ? metric.value : null,
    )
  }

  /** Keeps `data` for (run, task, epoch) as it is; replaces what was there. */
  setLabels(id: number, task: string, epoch: number, data: Uint8Array): void {
    this.#connection.run(
      `INSERT INTO run_label (run_id, task, epoch, data) VALUES (?, ?, ?, ?)
       ON CONFLICT (run_id, task, epoch) DO UPDATE SET data = excluded.data`,
      id,
      task,
      epoch,
      data,
    )
  }

  /** Takes a run out of every list, or puts it back. */
  setRemoved(id: number, removed: boolean): void {
    const at = removed ? new Date().toISOString() : null
    this.#connection.run('UPDATE run SET removed_at = ? WHERE id = ?', at, id)
  }

  delete(id: number): void {
    this.#connection.run('DELETE FROM run WHERE id = ?', id)
  }
}

function runOf(row: RunRow): Run {
  return {
    ...row,
    configuration: fromJsonColumn(row.configuration),
    result: fromJsonColumn(row.result),
    error: fromJsonColumn(row.error),
  }
}
