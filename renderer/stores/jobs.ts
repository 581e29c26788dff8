import { defineStore } from 'pinia'
import { computed, reactive, shallowReactive, shallowRef, toRaw } from 'vue'
import type { JobEvent, JobNotice, JobsEvent, JobSummary } from '../../core/api/job.ts'
import { client } from '../api/client.ts'
import { follow } from '../api/follow.ts'
import { StudioError, type StudioErrorReport } from '../api/studioError.ts'
import { useProjects } from './projects.ts'

/** A job as far as this window has followed it. */
export interface FollowedJob {
  readonly id: string
  summary: JobSummary | null
  /** Everything the job told, replayed in full after a reconnection. */
  notices: JobNotice[]
  result: unknown
  error: StudioErrorReport | null
  /** How to go on after a cancellation. */
  hint: string | null
  /** Whether the last event has come. */
  ended: boolean
  /** Whether the connection is broken just now. */
  broken: boolean
}

export type JobListener = (event: JobEvent, job: FollowedJob) => void

const underWay: readonly string[] = ['queued', 'running', 'paused']
/** Ended jobs that are still known here: their results, and in the list. */
const endedKept = 50
const endedListed = 200

/**
 * Long work of the service. `follow(id)` gives a reactive job that is kept up to date by its event stream, through
 * reconnections and reloads; `running` are those under way, of all projects.
 */
export const useJobs = defineStore('jobs', () => {
  const followed = shallowReactive(new Map<string, FollowedJob>())
  const aborts = new Map<string, AbortController>()
  const listeners = new Map<string, Set<JobListener>>()
  const listed = shallowRef<JobSummary[]>([])
  const projects = useProjects()

  function apply(job: FollowedJob, event: JobEvent): void {
    switch (event.type) {
      case 'state':
        job.summary = event.job
        break
      case 'progress':
        if (job.summary !== null) job.summary = { ...job.summary, progress: event.progress }
        break
      case 'notice':
        job.notices.push(event.notice)
        if (event.notice.event === 'run' && job.summary !== null)
          job.summary = { ...job.summary, run: event.notice.run }
        break
      case 'done':
        end(job, 'done')
        job.result = event.result
        break
      case 'failed':
        end(job, 'failed')
        job.error = event.error
        break
      case 'cancelled':
        end(job, 'cancelled')
        job.hint = event.hint
        break
    }
    for (const listener of listeners.get(job.id) ?? []) listener(event, job)
  }

  function end(job: FollowedJob, state: JobSummary['state']): void {
    job.ended = true
    if (job.summary !== null) job.summary = { ...job.summary, state }
    listed.value = listed.value.map((each) => (each.id === job.id ? { ...each, state } : each))
    forgetOldest(job.id)
  }

  /** A window that is open for weeks follows thousands of jobs: of those that ended and that nobody listens to, some stay. */
  function forgetOldest(newest: string): void {
    const ended = [...followed.values()].filter(
      (job) => job.ended && job.id !== newest && (listeners.get(job.id)?.size ?? 0) === 0,
    )
    for (const { id } of ended.slice(0, Math.max(0, ended.length - endedKept))) {
      leave(id)
      listeners.delete(id)
    }
  }

  /** Follows a job from its beginning to its end, whoever started it; the same object for everybody who asks. */
  function followJob(id: string): FollowedJob {
    const known = followed.get(id)
    if (known !== undefined) return known
    const job: FollowedJob = reactive({
      id,
      summary: null,
      notices: [],
      result: null,
      error: null,
      hint: null,
      ended: false,
      broken: false,
    })
    followed.set(id, job)
    const abort = new AbortController()
    aborts.set(id, abort)
    void follow<JobEvent>({
      open: (signal) => client.jobs.watch({ job: id }, { signal }),
      onOpen: () => {
        job.notices = []
        job.broken = false
      },
      onEvent: (event) => apply(job, event),
      isLast: (event) => event.type === 'done' || event.type === 'failed' || event.type === 'cancelled',
      onBroken: () => (job.broken = true),
      // A service that was started anew knows nothing of the jobs that died with the old one.
      onRefused: (error) =>
        apply(job, { type: 'failed', error: error.code === 'unknown-job' ? interruptedReport : error }),
      signal: abort.signal,
    })
    return job
  }

  /** Calls back with every event of a job (replayed ones too); returns the function that ends this. */
  function listen(id: string, listener: JobListener): () => void {
    const set = listeners.get(id) ?? new Set()
    set.add(listener)
    listeners.set(id, set)
    followJob(id)
    return () => set.delete(listener)
  }

  /** Resolves with the job's result; rejects with what it failed of, or with `cancelled`. */
  function result<T>(id: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (job: FollowedJob): boolean => {
        if (!job.ended) return false
        if (job.error !== null) reject(new StudioError(job.error))
        else if (job.summary?.state === 'cancelled')
          reject(new StudioError({ code: 'cancelled', message: 'It was cancelled.', hint: job.hint ?? '' }))
        else resolve(toRaw(job.result) as T)
        return true
      }
      if (settle(followJob(id))) return
      const stop = listen(id, (_event, job) => {
        if (settle(job)) stop()
      })
    })
  }

  async function cancel(id: string): Promise<void> {
    await client.jobs.cancel({ job: id })
  }

  /** Stops following; the job itself goes on. */
  function leave(id: string): void {
    aborts.get(id)?.abort()
    aborts.delete(id)
    followed.delete(id)
  }

  let following: AbortController | null = null
  /** Begins to follow the list of all jobs, for as long as the window lives. */
  function begin(): void {
    if (following !== null) return
    following = new AbortController()
    void follow<JobsEvent>({
      open: (signal) => client.jobs.follow(undefined, { signal }),
      onEvent: (event) => {
        if (event.type === 'jobs') listed.value = event.jobs
        else listed.value = withNewest(listed.value, event.job)
        for (const { project, projectName } of listed.value) {
          if (project !== null && projectName !== null) projects.remember(project, projectName)
        }
      },
      isLast: () => false,
      signal: following.signal,
    })
  }

  /** Jobs under way, live where they are followed. */
  const running = computed(() =>
    listed.value.map((each) => followed.get(each.id)?.summary ?? each).filter((each) => !hasEnded(each)),
  )
  const jobs = computed(() => listed.value)
  return { jobs, running, follow: followJob, listen, result, cancel, leave, begin }
})

/** The list with a job as it is now; of those that ended as many as the service keeps. */
function withNewest(jobs: readonly JobSummary[], job: JobSummary): JobSummary[] {
  const next = [...jobs.filter(({ id }) => id !== job.id), job]
  const over = next.filter(hasEnded).length - endedListed
  if (over <= 0) return next
  const forgotten = new Set(next.filter(hasEnded).slice(0, over))
  return next.filter((each) => !forgotten.has(each))
}

const hasEnded = ({ state }: JobSummary): boolean => !underWay.includes(state)

const interruptedReport: StudioErrorReport = {
  code: 'interrupted',
  message: 'The service ended while this was under way.',
  hint: 'What was finished is kept. Start it again, or resume the run from its last checkpoint.',
}
