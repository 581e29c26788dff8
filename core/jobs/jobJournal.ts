import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { jobKinds, type JobKind, type JobSummary } from '../api/job.ts'
import type { Job } from '../store/jobs.ts'
import type { Project } from '../store/project.ts'
import type { JobJournal } from './jobRunner.ts'

/** Writes a job down in the project's `job` table, where another process sees that it runs, or that it was interrupted. */
export function projectJournal(project: Project, kind: JobKind, parameters: unknown): JobJournal {
  let id = 0
  return {
    started: (job) => {
      id = project.transaction((writer) => {
        const row = writer.jobs.insert({ kind, status: job.state, parameters })
        if (job.run !== null) writer.jobs.update(row, { progress: { run: job.run } })
        return row
      })
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

const known = z.object({ kind: z.enum(jobKinds), progress: z.object({ run: z.number().int() }).nullable().catch(null) })

/** A job that died with its process, for those who want to go on with it; null for a kind that this version does not know. */
export function interruptedJob(project: Project, row: Job): JobSummary | null {
  const parsed = known.safeParse(row)
  if (!parsed.success) return null
  return {
    id: randomUUID(),
    kind: parsed.data.kind,
    project: project.folder,
    projectName: project.name,
    state: 'interrupted',
    position: null,
    startedAt: row.createdAt,
    run: parsed.data.progress?.run ?? null,
    progress: null,
  }
}
