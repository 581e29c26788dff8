import type { JobKind } from '../api/job.ts'
import type { Project } from '../store/project.ts'
import type { JobJournal } from './jobRunner.ts'

/** Writes a job down in the project's `job` table, where another process sees that it runs, or that it was interrupted. */
export function projectJournal(project: Project, kind: JobKind, parameters: unknown): JobJournal {
  let id = 0
  return {
    started: (job) => {
      id = project.transaction((writer) => writer.jobs.insert({ kind, status: job.state, parameters }))
    },
    running: () => {
      project.transaction((writer) => writer.jobs.update(id, { status: 'running' }))
    },
    ended: (job, result, error) => {
      const status = job.state === 'running' ? 'done' : job.state
      project.transaction((writer) =>
        writer.jobs.update(id, { status, result: result ?? undefined, error: error ?? undefined }),
      )
    },
  }
}
