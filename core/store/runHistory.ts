import type { ReadConnection, WriteConnection } from './connection.ts'

/** Speed and memory of one finished epoch. */
export interface RunEpoch {
  readonly epoch: number
  readonly endedAt: string
  readonly imagesPerSecond: number | null
  readonly rssMb: number | null
}

export type RunQuantity = 's' | 'loss'

export interface RunDistribution {
  readonly task: string
  readonly epoch: number
  readonly quantity: RunQuantity
  /** Ascending; which ones is up to who wrote them. */
  readonly quantiles: readonly number[]
}

/** Something that happened to a run; `detail` is as it was given (JSON). */
export interface RunEvent {
  readonly at: string
  readonly kind: string
  readonly detail: unknown
}

/** What happened in a run, for those who look at it later. */
export class RunHistoryReader {
  protected readonly connection: ReadConnection

  constructor(connection: ReadConnection) {
    this.connection = connection
  }

  epochs(run: number): RunEpoch[] {
    return this.connection.all<RunEpoch>(
      `SELECT epoch, ended_at AS endedAt, images_per_second AS imagesPerSecond, rss_mb AS rssMb
       FROM run_epoch WHERE run_id = ? ORDER BY epoch`,
      run,
    )
  }

  /** By task, then quantity, then epoch. */
  distributions(run: number): RunDistribution[] {
    return this.connection
      .all<{ task: string; epoch: number; quantity: RunQuantity; quantiles: string }>(
        `SELECT task, epoch, quantity, quantiles FROM run_distribution WHERE run_id = ?
         ORDER BY task, quantity, epoch`,
        run,
      )
      .map((row) => ({ ...row, quantiles: JSON.parse(row.quantiles) as number[] }))
  }

  /** In the order in which they happened; the newest `limit`. */
  events(run: number, limit = 500): RunEvent[] {
    return this.connection
      .all<{ at: string; kind: string; detail: string }>(
        'SELECT at, kind, detail FROM run_event WHERE run_id = ? ORDER BY id DESC LIMIT ?',
        run,
        limit,
      )
      .map((row) => ({ ...row, detail: JSON.parse(row.detail) as unknown }))
      .reverse()
  }
}

export class RunHistoryWriter extends RunHistoryReader {
  readonly #connection: WriteConnection

  constructor(connection: WriteConnection) {
    super(connection)
    this.#connection = connection
  }

  /** An epoch that is there already is replaced: a resumed run repeats the one that was lost. */
  setEpoch(run: number, epoch: Omit<RunEpoch, 'endedAt'>): void {
    this.#connection.run(
      `INSERT OR REPLACE INTO run_epoch (run_id, epoch, ended_at, images_per_second, rss_mb) VALUES (?, ?, ?, ?, ?)`,
      run,
      epoch.epoch,
      new Date().toISOString(),
      epoch.imagesPerSecond,
      epoch.rssMb,
    )
  }

  setDistribution(run: number, { task, epoch, quantity, quantiles }: RunDistribution): void {
    this.#connection.run(
      `INSERT OR REPLACE INTO run_distribution (run_id, task, epoch, quantity, quantiles) VALUES (?, ?, ?, ?, ?)`,
      run,
      task,
      epoch,
      quantity,
      JSON.stringify(quantiles),
    )
  }

  addEvent(run: number, kind: string, detail: unknown): void {
    this.#connection.run(
      'INSERT INTO run_event (run_id, at, kind, detail) VALUES (?, ?, ?, ?)',
      run,
      new Date().toISOString(),
      kind,
      JSON.stringify(detail),
    )
  }
}
