import type { Suspect } from '../api/suspects.ts'
import { MendError } from '../dataset/mendError.ts'
import type { Project } from '../store/project.ts'
import { rankingRun } from './runSummaries.ts'

export interface SuspectQuery {
  /** Missing: see `rankingRun`. */
  readonly run?: number
  readonly task?: string
  readonly top: number
}

/** @throws MendError `unknown-task` naming the project's tasks. */
export function checkTask(project: Project, task: string | undefined): void {
  if (task === undefined || project.tasks.find(task) !== undefined) return
  const known = project.tasks.all().map((candidate) => candidate.name)
  throw new MendError('unknown-task', `${project.name} has no task ${task}`, `its tasks: ${known.join(', ')}`)
}

/** The labels of a run, most suspect first: of one task, or of all tasks in turn. */
export function listSuspects(project: Project, query: SuspectQuery): Suspect[] {
  checkTask(project, query.task)
  const run = rankingRun(project, query.run, query.task)
  return project.suspects.worst({ run: run.id, task: query.task, limit: query.top }).map((suspect) => ({
    label: suspect.label,
    person: suspect.person,
    image: suspect.imagePath,
    task: suspect.task,
    rank: suspect.rank,
    score: suspect.score,
    flagged: suspect.flagged,
    component: suspect.component,
    signals: { ...suspect.signals },
    why: suspect.why,
    decision: suspect.decision,
  }))
}
