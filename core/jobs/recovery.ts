import { releaseActions, writingProcesses } from '../store/bulkActions.ts'
import type { Job } from '../store/jobs.ts'
import type { Project } from '../store/project.ts'
import { isProcessAlive } from './processIdentity.ts'
import { readRunLock } from './runLock.ts'

/** Work that nobody does any more. */
export interface LostWork {
  readonly jobs: readonly Job[]
  readonly runs: readonly number[]
}

/**
 * Marks jobs and runs as interrupted whose processes died (a kill, a crash, a power cut), so that lists tell the truth
 * and runs can be resumed; what they wrote of an action on many people becomes an action that can be undone. A run whose trainer outlives its owner by a moment is found the next time.
 */
export function markLostWork(project: Project): LostWork {
  const unfinishedStates = ['queued', 'running', 'paused'] as const
  const unfinished = unfinishedStates.flatMap((state) => project.jobs.withStatus(state))
  const jobs = unfinished.filter((job) => job.process === null || !isProcessAlive(job.process))
  const runs = project.runs.unfinished().filter((run) => readRunLock(project.runFolder(run)) === null)
  if (jobs.length > 0 || runs.length > 0) {
    project.transaction((writer) => {
      for (const job of jobs) writer.jobs.update(job.id, { status: 'interrupted' })
      for (const run of runs) writer.runs.update(run, { status: 'interrupted' })
    })
  }
  const gone = writingProcesses(project.connection).filter((process) => !isProcessAlive(process))
  if (gone.length > 0)
    project.transaction(({ connection }) => gone.forEach((process) => releaseActions(connection, process)))
  return { jobs, runs }
}

/** As `markLostWork`. @returns the runs that were found interrupted. */
export function markInterrupted(project: Project): readonly number[] {
  return markLostWork(project).runs
}
