import type { JobSummary } from '../../../core/api/job.ts'

/** How a run that was under way has come to its end. `lost`: the service that trained it ended. */
export interface EndedRun {
  readonly job: JobSummary
  readonly how: 'done' | 'failed' | 'stopped' | 'lost'
}

const activeStates: readonly string[] = ['queued', 'running', 'paused']

/** Runs that were under way in the list before and are not in the list now. */
export function endedRuns(before: readonly JobSummary[], now: readonly JobSummary[]): EndedRun[] {
  return before
    .filter((job) => ['train', 'audit', 'run-set'].includes(job.kind) && activeStates.includes(job.state))
    .flatMap((job): EndedRun[] => {
      const current = now.find(({ id }) => id === job.id)
      if (current === undefined) return [{ job, how: 'lost' }]
      if (activeStates.includes(current.state)) return []
      const how = current.state === 'done' || current.state === 'failed' ? current.state : 'stopped'
      return [{ job: current, how }]
    })
}
