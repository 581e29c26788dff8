import type { ProjectSummary } from '../../../core/api/home.ts'
import type { JobSummary } from '../../../core/api/job.ts'
import { describeJob, jobScreen } from '../../app/describeJob.ts'
import type { ProjectScreen } from '../../app/screens.ts'
import { formatCount } from '../../ui/numbers.ts'

export interface WaitingThing {
  readonly id: string
  readonly text: string
  readonly tone: 'accent' | 'warn' | 'bad' | 'plain'
  /** Where it is dealt with. */
  readonly screen: ProjectScreen
}

/** What waits in a project, the most pressing first: work under way, a run that broke off, suspects, gaps, or the first step. */
export function whatWaits(summary: ProjectSummary, jobs: readonly JobSummary[]): WaitingThing[] {
  const things: WaitingThing[] = jobs
    .filter((job) => job.project === summary.project)
    .map((job) => ({ id: job.id, text: describeJob(job), tone: 'accent', screen: jobScreen(job.kind) }))
  for (const run of summary.interruptedRuns) {
    things.push({ id: `run-${run}`, text: `Run ${run} broke off and can go on`, tone: 'bad', screen: 'training' })
  }
  const { suspects } = summary
  if (suspects !== null && suspects.waiting > 0) {
    things.push({
      id: 'suspects',
      text: `${formatCount(suspects.waiting)} suspects wait (run ${suspects.run})`,
      tone: 'warn',
      screen: 'suspects',
    })
  }
  if (summary.people === 0) {
    things.push({ id: 'empty', text: 'Empty: import a dataset', tone: 'accent', screen: 'import' })
    return things
  }
  if (summary.unlabelled > 0) {
    things.push({
      id: 'unlabelled',
      text: `${formatCount(summary.unlabelled)} labels are missing`,
      tone: 'plain',
      screen: 'data',
    })
  }
  if (suspects === null && things.length === 0) {
    things.push({ id: 'train', text: 'Ready to train', tone: 'accent', screen: 'training' })
  }
  if (suspects !== null && suspects.flagged > 0 && suspects.waiting === 0) {
    things.push({ id: 'reviewed', text: 'All suspects are decided: train again', tone: 'accent', screen: 'training' })
  }
  return things
}
