import type { Project } from '../store/project.ts'
import { isProcessAlive } from './processIdentity.ts'
import { readRunLock } from './runLock.ts'

const pageSize = 200

/**
 * Marks jobs and runs as interrupted whose processes died (a kill, a crash, a power cut), so that lists tell the truth
 * and runs can be resumed. @returns the runs that were found interrupted.
 */
export function markInterrupted(project: Project): number[] {
  const unfinishedStates = ['queued', 'running', 'paused'] as const
  const jobs = unfinishedStates.flatMap((state) => project.jobs.withStatus(state))
  const lostJobs = jobs.filter((job) => job.process === null || !isProcessAlive(job.process))
  const lostRuns: number[] = []
  for (let after = 0; ;) {
    const page = project.runs.list({ after, limit: pageSize })
    for (const run of page.items) {
      const unfinished = run.status === 'queued' || run.status === 'running' || run.status === 'paused'
      if (unfinished && readRunLock(project.runFolder(run.id)) === null) lostRuns.push(run.id)
    }
    if (page.next === null) break
    after = page.next
  }
  if (lostJobs.length > 0 || lostRuns.length > 0) {
    project.transaction((writer) => {
      for (const job of lostJobs) writer.jobs.update(job.id, { status: 'interrupted' })
      for (const run of lostRuns) writer.runs.update(run, { status: 'interrupted' })
    })
  }
  return lostRuns
}
