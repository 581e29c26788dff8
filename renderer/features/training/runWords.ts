import type { JobSummary } from '../../../core/api/job.ts'
import type { RunSummary } from '../../../core/api/training.ts'

/** "Run 15 · after 122 fixes". */
export function runTitle(run: Pick<RunSummary, 'run' | 'note' | 'kind'>): string {
  const name = run.kind === 'audit' ? `Audit ${run.run}` : `Run ${run.run}`
  return run.note === '' ? name : `${name} · ${run.note}`
}

export interface RunState {
  readonly title: string
  readonly tone: 'plain' | 'accent' | 'good' | 'warn' | 'bad'
  /** Somebody is at work on it, or will be. */
  readonly active: boolean
}

const ended: Readonly<Record<string, RunState>> = {
  done: { title: 'done', tone: 'good', active: false },
  stopped: { title: 'stopped', tone: 'plain', active: false },
  failed: { title: 'failed', tone: 'bad', active: false },
  interrupted: { title: 'interrupted', tone: 'warn', active: false },
}

/** How a run stands: what its job says where this service trains it, else what the project has written down. */
export function stateOf(run: RunSummary, job: JobSummary | null): RunState {
  if (job !== null) {
    if (job.state === 'queued') {
      return {
        title: job.position === null ? 'queued' : `queued, ${ordinal(job.position)}`,
        tone: 'plain',
        active: true,
      }
    }
    return job.state === 'paused'
      ? { title: 'paused', tone: 'warn', active: true }
      : { title: 'running', tone: 'accent', active: true }
  }
  const known = ended[run.state]
  if (known !== undefined) return known
  // A run that another process trains (a command line): it is under way, but cannot be steered from here.
  return { title: `${run.state} elsewhere`, tone: 'accent', active: true }
}

function ordinal(position: number): string {
  return position === 1 ? 'next' : `place ${position}`
}
