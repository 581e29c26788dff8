import { actionsOf, releaseAction, type BulkOutcome, type LostAction } from '../store/bulkActions.ts'
import type { UndoOutcome } from '../store/bulkUndo.ts'
import type { Project } from '../store/project.ts'
import { WriteTurns } from '../store/writeTurns.ts'
import type { BulkProgress, BulkTask } from './bulkTask.ts'
import type { JobContext } from './jobRunner.ts'
import { writeInThread } from './writerThread.ts'

const patienceMs = 120_000

type Work<T extends BulkTask['work']['type']> = Extract<BulkTask['work'], { type: T }>

/**
 * One action on many people, written by a thread part by part, so that the service goes on answering, shows progress and can
 * cancel, and that changes made meanwhile wait for one part at the most. A cancel takes back what was written; one undo takes
 * all of it back. After a kill whoever opens the project next gives up what was written (`withdrawInThread`). Of a project
 * one at a time.
 * @throws MendError `unknown-task`
 */
export function applyBulkInThread(
  project: Project,
  work: Omit<Work<'apply'>, 'type'>,
  by: string,
  job: JobContext,
): Promise<BulkOutcome> {
  return inThread<BulkOutcome>(project, { type: 'apply', ...work }, by, job)
}

/**
 * Takes an action back in the same manner; after a cancel, or a kill, the rest can still be undone.
 * @throws MendError `nothing-to-undo`, `action-under-way`
 */
export function undoBulkInThread(
  project: Project,
  action: number | undefined,
  by: string,
  job: JobContext,
): Promise<UndoOutcome> {
  return inThread<UndoOutcome>(project, { type: 'undo', action }, by, job)
}

/** Gives up what a killed process had written of an action, as if it had never been. */
export async function withdrawInThread(project: Project, lost: LostAction, job: JobContext): Promise<void> {
  await inThread(project, { type: 'withdraw', ...lost }, '', job)
}

async function inThread<T>(project: Project, work: BulkTask['work'], by: string, job: JobContext): Promise<T> {
  const turns = new WriteTurns()
  // What was taken over from a killed process and waits to be given up.
  const others = actionsOf(project.connection, process.pid)
  project.setTurns(turns)
  try {
    return await writeInThread<T, BulkTask, BulkProgress>({
      project,
      file: 'bulkWriter',
      task: { projectFolder: project.folder, work, by, turns: turns.buffer },
      patienceMs,
      signal: job.signal,
      onProgress: (progress) => job.progress(progress),
      whenCancelled: 'nothing was changed',
    })
  } finally {
    project.setTurns(null)
    // A thread that crashed could not let go of its action.
    const left = actionsOf(project.connection, process.pid).filter((action) => !others.includes(action))
    if (left.length > 0) {
      project.transaction(({ connection }) => left.forEach((action) => releaseAction(connection, action)))
    }
  }
}
