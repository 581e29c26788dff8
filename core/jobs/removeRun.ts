import { MendError } from '../dataset/mendError.ts'
import type { Project } from '../store/project.ts'
import { readRunLock } from './runLock.ts'
import { findRun } from './runSummaries.ts'

/**
 * Takes a run out of every list. Its files stay for a day, so that `restoreRun` can put it back.
 * @throws MendError `unknown-run`, `run-busy`
 */
export function removeRun(project: Project, id: number): void {
  findRun(project, id)
  if (readRunLock(project.runFolder(id)) !== null) {
    throw new MendError('run-busy', `run ${id} is under way or waits for its turn`, 'stop it first')
  }
  project.transaction((writer) => writer.runs.setRemoved(id, true))
}

/** Puts a run back that `removeRun` took away. @throws MendError `unknown-run` when its day is over. */
export function restoreRun(project: Project, id: number): void {
  project.transaction((writer) => writer.runs.setRemoved(id, false))
  findRun(project, id)
}
