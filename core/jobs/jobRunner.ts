import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import type { ErrorReport } from '../api/error.ts'
import type { JobEvent, JobKind, JobNotice, JobProgress, JobsEvent, JobState, JobSummary } from '../api/job.ts'
import { MendError } from '../dataset/mendError.ts'
import { EventQueue } from './eventQueue.ts'
import { JobLanes } from './jobLanes.ts'

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
  /** The job exists: it runs, or it waits for its turn. */
  started(job: JobSummary): void
  /** A job that waited has its turn. */
  running(job: JobSummary): void
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
  /** Jobs of one lane run one at a time, in the order they came; missing: the job runs at once. */
  readonly lane?: string
  /** The run that the work trains, where it is known from the beginning. */
  readonly run?: number
  /** Called instead of `work` when the job is cancelled while it waits for its turn. */
  readonly withdrawn?: () => void
  readonly work: (context: JobContext) => Promise<T>
}

interface Job {
  readonly id: string
  readonly kind: JobKind
  readonly project: string | null
  readonly lane: string | null
  readonly startedAt: string
  readonly abort: AbortController
  readonly notices: JobNotice[]
  readonly watchers: Set<EventQueue<JobEvent>>
  state: JobState
  run: number | null
  progress: JobProgress | null
  controls: JobControls | null
  /** Gives a queued job its turn. */
  proceed: (() => void) | null
  /** When `follow` last heard of it. */
  announcedAt: number
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

/** Ended jobs that stay to be looked at. */
const endedJobsKept = 200
/** Epochs of a job that who comes late is told again; the run's own history has them all. */
const epochsKept = 200
const followProgressMs = 250

/**
 * Long work of this process: started, queued, watched, paused, cancelled. `watch` replays the state and the notices so
 * far (of many epochs the newest) and then follows, so that a reader who comes late or comes back misses nothing.
 */
export class JobRunner {
  readonly #jobs = new Map<string, Job>()
  readonly #lanes = new JobLanes<Job>()
  readonly #followers = new Set<EventQueue<JobsEvent>>()

  /** Starts the work, or queues it behind its lane's, and answers with its id at once. */
  start<T>(start: JobStart<T>): string {
    const job: Job = {
      id: randomUUID(),
      kind: start.kind,
      project: start.project,
      lane: start.lane ?? null,
      startedAt: new Date().toISOString(),
      abort: new AbortController(),
      notices: [],
      watchers: new Set(),
      state: 'running',
      run: start.run ?? null,
      progress: null,
      controls: null,
      proceed: null,
      announcedAt: 0,
      end: null,
      finished: Promise.resolve(),
    }
    const free = job.lane === null || this.#lanes.enter(job.lane, job)
    if (!free) job.state = 'queued'
    try {
      start.journal?.started(this.#summarise(job))
    } catch (error) {
      this.#leaveLane(job)
      throw error
    }
    this.#jobs.set(job.id, job)
    this.#forgetOldest()
    job.finished = this.#perform(job, start, !free)
    this.#announce(job)
    return job.id
  }

  /** Lists a job of a process that died, so that it is seen; it has ended, and cannot be watched to a result. */
  adopt(summary: JobSummary): void {
    const { id, kind, project, state, startedAt, run } = summary
    const trains = run !== null && (kind === 'train' || kind === 'audit')
    const hint = trains ? 'continue the run: it goes on from its last checkpoint' : 'start it again'
    const error = { code: 'interrupted', message: 'the program that did this was ended before it was done', hint }
    const job: Job = {
      ...{ id, kind, project, state, startedAt, run, lane: null, progress: null, controls: null, proceed: null },
      ...{ abort: new AbortController(), notices: [], watchers: new Set(), announcedAt: 0 },
      end: { type: 'failed', error },
      finished: Promise.resolve(),
    }
    this.#jobs.set(id, job)
    this.#announce(job)
  }

  list(): JobSummary[] {
    return [...this.#jobs.values()].map((job) => this.#summarise(job))
  }

  /**
   * One job's state, what was told so far, and then everything to its end; ends early when `signal` aborts.
   * @throws MendError `unknown-job`, at once: what is thrown while a stream is read reaches no client as what it is.
   */
  watch(id: string, signal?: AbortSignal): AsyncGenerator<JobEvent> {
    return this.#watched(this.#find(id), signal)
  }

  async *#watched(job: Job, signal: AbortSignal | undefined): AsyncGenerator<JobEvent> {
    const queue = new EventQueue<JobEvent>()
    queue.push({ type: 'state', job: this.#summarise(job) })
    for (const notice of job.notices) queue.push({ type: 'notice', notice })
    if (job.end === null) {
      job.watchers.add(queue)
    } else {
      queue.push(job.end)
      queue.close()
    }
    yield* readUntil(queue, signal, () => job.watchers.delete(queue))
  }

  /** Every job as it is, then each change of any; ends when `signal` aborts or the runner closes. */
  async *follow(signal?: AbortSignal): AsyncGenerator<JobsEvent> {
    const queue = new EventQueue<JobsEvent>()
    queue.push({ type: 'jobs', jobs: this.list() })
    this.#followers.add(queue)
    yield* readUntil(queue, signal, () => this.#followers.delete(queue))
  }

  /** Asks the work to stop; it ends when it has put its things in order. Cancelling what has ended does nothing. */
  cancel(id: string): JobSummary {
    const job = this.#find(id)
    job.abort.abort()
    // Work that waits for its turn has nothing to put in order.
    job.proceed?.()
    return this.#summarise(job)
  }

  pause(id: string): JobSummary {
    return this.#control(id, 'running', 'paused', (controls) => controls.pause())
  }

  resume(id: string): JobSummary {
    return this.#control(id, 'paused', 'running', (controls) => controls.resume())
  }

  /** Moves a queued job to another place among those that wait, 1 for the next one. @throws MendError `job-not-queued` */
  reorder(id: string, position: number): JobSummary {
    const job = this.#find(id)
    if (job.lane === null || !this.#lanes.move(job.lane, job, position)) {
      throw new MendError('job-not-queued', `job ${id} is ${job.state}`, 'only jobs that wait can be moved')
    }
    this.#announceQueue(job.lane)
    return this.#summarise(job)
  }

  /** Cancels everything and waits until it has ended. */
  async close(): Promise<void> {
    for (const id of [...this.#jobs.keys()].reverse()) this.cancel(id)
    await Promise.all([...this.#jobs.values()].map((job) => job.finished))
    for (const queue of this.#followers) queue.close()
  }

  async #perform<T>(job: Job, start: JobStart<T>, queued: boolean): Promise<void> {
    let result: unknown = null
    let error: ErrorReport | null = null
    // The caller of `start` gets its id before the work does anything.
    await Promise.resolve()
    try {
      if (queued) await this.#turn(job, start)
      result = await start.work(this.#context(job))
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
      start.journal?.ended(this.#summarise(job), result, error)
    } catch (thrown) {
      job.end = { type: 'failed', error: reportError(thrown) }
    }
    this.#leaveLane(job)
    for (const queue of job.watchers) {
      queue.push(job.end)
      queue.close()
    }
    this.#announce(job)
  }

  /** Waits until a queued job has its turn. @throws JobCancelled where it was cancelled before that. */
  async #turn<T>(job: Job, { journal, withdrawn }: JobStart<T>): Promise<void> {
    if (job.state === 'queued' && !job.abort.signal.aborted)
      await new Promise<void>((resolve) => (job.proceed = resolve))
    job.proceed = null
    if (job.abort.signal.aborted) {
      withdrawn?.()
      throw new JobCancelled('it had not begun: start it again to do the work')
    }
    journal?.running(this.#summarise(job))
  }

  #leaveLane(job: Job): void {
    if (job.lane === null) return
    const next = this.#lanes.leave(job.lane, job)
    if (next !== null) {
      next.state = 'running'
      this.#announceState(next)
      next.proceed?.()
    }
    this.#announceQueue(job.lane)
  }

  #context(job: Job): JobContext {
    return {
      signal: job.abort.signal,
      progress: (progress) => {
        job.progress = progress
        const event: JobEvent = { type: 'progress', progress }
        for (const queue of job.watchers) {
          queue.pushLatest(event, (older) => older.type === 'progress' && older.progress.stage === progress.stage)
        }
        if (performance.now() - job.announcedAt > followProgressMs) this.#announce(job)
      },
      notice: (notice) => {
        if (notice.event === 'run') job.run = notice.run
        job.notices.push(notice)
        if (notice.event === 'epoch') forgetOldestEpoch(job)
        for (const queue of job.watchers) queue.push({ type: 'notice', notice })
        if (notice.event === 'run') this.#announce(job)
      },
      setControls: (controls) => (job.controls = controls),
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
    this.#announceState(job)
    return this.#summarise(job)
  }

  #announceQueue(lane: string): void {
    for (const waiting of this.#lanes.waiting(lane)) this.#announceState(waiting)
  }

  #announceState(job: Job): void {
    for (const queue of job.watchers) queue.push({ type: 'state', job: this.#summarise(job) })
    this.#announce(job)
  }

  #announce(job: Job): void {
    job.announcedAt = performance.now()
    const event: JobsEvent = { type: 'job', job: this.#summarise(job) }
    for (const queue of this.#followers) {
      queue.pushLatest(event, (older) => older.type === 'job' && older.job.id === job.id)
    }
  }

  #forgetOldest(): void {
    const ended = [...this.#jobs.values()].filter((job) => job.end !== null)
    for (const job of ended.slice(0, Math.max(0, ended.length - endedJobsKept))) this.#jobs.delete(job.id)
  }

  #find(id: string): Job {
    const job = this.#jobs.get(id)
    if (job === undefined) throw new MendError('unknown-job', `there is no job ${id}`, 'jobs are listed by jobs.list')
    return job
  }

  #summarise(job: Job): JobSummary {
    const { id, kind, project, state, startedAt, run, progress } = job
    const place = job.lane === null ? -1 : this.#lanes.waiting(job.lane).indexOf(job)
    const position = state === 'queued' && place >= 0 ? place + 1 : null
    const projectName = project === null ? null : basename(project, '.mend')
    return { id, kind, project, projectName, state, position, startedAt, run, progress }
  }
}

/** Thousands of epochs would be held for as long as the job is known, and sent again to each window that is loaded anew. */
function forgetOldestEpoch({ notices }: Job): void {
  const isEpoch = ({ event }: JobNotice): boolean => event === 'epoch'
  if (notices.filter(isEpoch).length > epochsKept) notices.splice(notices.findIndex(isEpoch), 1)
}

/** Reads a queue to its end, or until the reader has gone: an aborted signal closes it, whoever waits for its next value. */
async function* readUntil<T>(
  queue: EventQueue<T>,
  signal: AbortSignal | undefined,
  release: () => void,
): AsyncGenerator<T> {
  const leave = (): void => queue.close()
  if (signal?.aborted === true) leave()
  signal?.addEventListener('abort', leave, { once: true })
  try {
    yield* queue
  } finally {
    signal?.removeEventListener('abort', leave)
    release()
  }
}

function isAbort(error: unknown): boolean {
  return (
    (error instanceof Error && error.name === 'AbortError') ||
    (error instanceof MendError && (error.code === 'cancelled' || error.code === 'aborted'))
  )
}
