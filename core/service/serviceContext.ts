import type { JobKind } from '../api/job.ts'
import { projectJournal } from '../jobs/jobJournal.ts'
import { JobRunner, type JobContext } from '../jobs/jobRunner.ts'
import type { Project } from '../store/project.ts'
import { ImportPlans } from './importPlans.ts'
import { OpenProjects } from './openProjects.ts'

/** Training runs of every project take turns: two at once would share the engine and halve each other. */
function laneOf(kind: JobKind): string | undefined {
  return kind === 'train' || kind === 'audit' ? 'training' : undefined
}

/** What the procedures share: open projects, running jobs, plans that wait to be applied. */
export class ServiceContext {
  readonly projects = new OpenProjects()
  readonly jobs = new JobRunner()
  readonly plans = new ImportPlans()

  /** Starts long work on a project, written down in its job table. @returns the job's id */
  startJob<T>(
    kind: JobKind,
    project: Project,
    parameters: unknown,
    work: (context: JobContext) => Promise<T>,
  ): { job: string } {
    const journal = projectJournal(project, kind, parameters)
    const lane = laneOf(kind)
    return { job: this.jobs.start({ kind, project: project.folder, journal, lane, work }) }
  }

  /** Cancels what runs, waits for it, and closes every project. */
  async close(): Promise<void> {
    await this.jobs.close()
    this.plans.close()
    this.projects.close()
  }
}
