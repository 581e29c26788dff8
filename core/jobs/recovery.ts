import { takeOverActions, writingProcesses, type LostAction } from '../store/bulkActions.ts'
import type { Job } from '../store/jobs.ts'
import type { Project } from '../store/project.ts'
import { isProcessAlive } from './processIdentity.ts'
import { readRunLock } from './runLock.ts'

/** Work that nobody does any more. */
export interface LostWork {
  readonly jobs: readonly Job[]
  readonly runs: readonly number[]
  /** Half-written actions on many people, now this process's: to be given up with `withdrawInThread`. */
  readonly actions: readonly LostAction[]
}

/**
 * Marks jobs and runs as interrupted whose processes died (a kill, a crash, a power cut), so that lists tell the truth
 * and runs can be resumed. A run whose trainer outlives its owner by a moment is found the next time.
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
  return { jobs, runs, actions: takeOver(project) }
}

function takeOver(project: Project): readonly LostAction[] {
  const gone = writingProcesses(project.connection).filter((owner) => !isProcessAlive(owner))
  if (gone.length === 0) return []
  return project.transaction(({ connection }) =>
    gone.flatMap((owner) => takeOverActions(connection, owner, process.pid)),
  )
}

/** As `markLostWork`. @returns the runs that were found interrupted. */
export function markInterrupted(project: Project): readonly number[] {
  return markLostWork(project).runs
}
