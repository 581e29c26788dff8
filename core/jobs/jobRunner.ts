import { randomUUID } from 'node:crypto'
import type { ErrorReport } from '../api/error.ts'
import type { JobEvent, JobKind, JobNotice, JobProgress, JobState, JobSummary } from '../api/job.ts'
import { MendError } from '../dataset/mendError.ts'
import { EventQueue } from './eventQueue.ts'

/** What a piece of long work is given. */
export interface JobContext {
  readonly signal: AbortSignal
  progress(progress: JobProgress): void
  notice(notice: JobNotice): void
  /** Makes the job pausable while it runs. */
  setControls(controls: JobControls): void
}

export interface JobControls {
  pause(): void
  resume(): void
}

/** Where jobs are written down so that another process can see them; null for jobs without a project. */
export interface JobJournal {
  started(job: JobSummary): void
  ended(job: JobSummary, result: unknown, error: ErrorReport | null): void
}

/** Thrown by work that ended because it was cancelled; the hint says how to continue. */
export class JobCancelled extends MendError {
  constructor(hint: string) {
    super('cancelled', 'the work was cancelled', hint)
  }
}

export interface JobStart<T> {
  readonly kind: JobKind
  readonly project: string | null
  readonly journal?: JobJournal
  readonly work: (context: JobContext) => Promise<T>
}

interface Job {
  readonly id: string
  readonly kind: JobKind
  readonly project: string | null
  readonly startedAt: string
  readonly abort: AbortController
  readonly notices: JobNotice[]
  readonly watchers: Set<EventQueue<JobEvent>>
  state: JobState
  run: number | null
  progress: JobProgress | null
  controls: JobControls | null
  /** The last event, once there is one. */
  end: JobEvent | null
  finished: Promise<void>
}

/** An error as a result or event carries it; what is not meant for people becomes `internal-error` with its message. */
export function reportError(error: unknown): ErrorReport {
  if (error instanceof MendError) return { code: error.code, message: error.message, hint: error.hint }
  const message = error instanceof Error ? error.message : String(error)
  return {
    code: 'internal-error',
    message,
    hint: 'this is a defect of the program: report it with the command that led to it',
  }
}

/**
 * Long work of this process: started, watched, paused, cancelled. `watch` replays the state and every notice so far and
 * then follows, so that a reader who comes late or comes back misses nothing.
 */
export class JobRunner {
  readonly #jobs = new Map<string, Job>()

  /** Starts the work and answers with its id at once. */
  start<T>(start: JobStart<T>): string {
    const job: Job = {
      id: randomUUID(),
      kind: start.kind,
      project: start.project,
      startedAt: new Date().toISOString(),
      abort: new AbortController(),
      notices: [],
      watchers: new Set(),
      state: 'running',
      run: null,
      progress: null,
      controls: null,
      end: null,
      finished: Promise.resolve(),
    }
    start.journal?.started(summarise(job))
    this.#jobs.set(job.id, job)
    job.finished = this.#perform(job, start)
    return job.id
  }

  list(): JobSummary[] {
    return [...this.#jobs.values()].map(summarise)
  }

  async *watch(id: string): AsyncGenerator<JobEvent> {
    const job = this.#find(id)
    const queue = new EventQueue<JobEvent>()
    queue.push({ type: 'state', job: summarise(job) })
    for (const notice of job.notices) queue.push({ type: 'notice', notice })
    if (job.end === null) {
      job.watchers.add(queue)
    } else {
      queue.push(job.end)
      queue.close()
    }
    try {
      yield* queue
    } finally {
      job.watchers.delete(queue)
    }
  }

  /** Asks the work to stop; it ends when it has put its things in order. Cancelling what has ended does nothing. */
  cancel(id: string): JobSummary {
    const job = this.#find(id)
    job.abort.abort()
    return summarise(job)
  }

  pause(id: string): JobSummary {
    return this.#control(id, 'running', 'paused', (controls) => controls.pause())
  }

  resume(id: string): JobSummary {
    return this.#control(id, 'paused', 'running', (controls) => controls.resume())
  }

  /** Cancels everything and waits until it has ended. */
  async close(): Promise<void> {
    for (const job of this.#jobs.values()) job.abort.abort()
    await Promise.all([...this.#jobs.values()].map((job) => job.finished))
  }

  async #perform<T>(job: Job, start: JobStart<T>): Promise<void> {
    const context: JobContext = {
      signal: job.abort.signal,
      progress: (progress) => {
        job.progress = progress
        const event: JobEvent = { type: 'progress', progress }
        for (const queue of job.watchers) {
          queue.pushLatest(event, (older) => older.type === 'progress' && older.progress.stage === progress.stage)
        }
      },
      notice: (notice) => {
        if (notice.event === 'run') job.run = notice.run
        job.notices.push(notice)
        for (const queue of job.watchers) queue.push({ type: 'notice', notice })
      },
      setControls: (controls) => (job.controls = controls),
    }
    let result: unknown = null
    let error: ErrorReport | null = null
    // The caller of `start` gets its id before the work does anything.
    await Promise.resolve()
    try {
      result = await start.work(context)
      job.state = 'done'
      job.end = { type: 'done', result }
    } catch (thrown) {
      error = reportError(thrown)
      const cancelled = thrown instanceof JobCancelled || (job.abort.signal.aborted && isAbort(thrown))
      job.state = cancelled ? 'cancelled' : 'failed'
      job.end = cancelled
        ? { type: 'cancelled', hint: thrown instanceof MendError ? thrown.hint : 'start it again to do the work' }
        : { type: 'failed', error }
    }
    try {
      start.journal?.ended(summarise(job), result, error)
    } catch (thrown) {
      job.end = { type: 'failed', error: reportError(thrown) }
    }
    for (const queue of job.watchers) {
      queue.push(job.end)
      queue.close()
    }
  }

  #control(id: string, from: JobState, to: JobState, act: (controls: JobControls) => void): JobSummary {
    const job = this.#find(id)
    if (job.state !== from || job.controls === null) {
      throw new MendError(
        'job-not-pausable',
        `job ${id} is ${job.state}`,
        'only training that is under way can be paused',
      )
    }
    act(job.controls)
    job.state = to
    for (const queue of job.watchers) queue.push({ type: 'state', job: summarise(job) })
    return summarise(job)
  }

  #find(id: string): Job {
    const job = this.#jobs.get(id)
    if (job === undefined) throw new MendError('unknown-job', `there is no job ${id}`, 'jobs are listed by jobs.list')
    return job
  }
}

function isAbort(error: unknown): boolean {
  return (
    (error instanceof Error && error.name === 'AbortError') ||
    (error instanceof MendError && (error.code === 'cancelled' || error.code === 'aborted'))
  )
}

function summarise(job: Job): JobSummary {
  const { id, kind, project, state, startedAt, run, progress } = job
  return { id, kind, project, state, startedAt, run, progress }
}
