import type { JobKind } from '../api/job.ts'
import { withdrawInThread } from '../jobs/bulkInThread.ts'
import { interruptedJob, projectJournal } from '../jobs/jobJournal.ts'
import { JobRunner, type JobContext } from '../jobs/jobRunner.ts'
import type { Project } from '../store/project.ts'
import { ImportPlans } from './importPlans.ts'
import { OpenProjects } from './openProjects.ts'
import { SourceSurveys } from './sourceSurveys.ts'
import { Places } from './places.ts'
import type { ServiceLog } from './serviceLog.ts'
import { UserState } from './userState/userState.ts'

/** Training runs of every project take turns: two at once would share the engine and halve each other. */
export const trainingLane = 'training'

/** Kinds of work that keep the engine busy. */
const computing: ReadonlySet<JobKind> = new Set(['train', 'audit', 'run-set', 'evaluate', 'predict', 'sweep'])

/** Actions on many people of one project follow each other: each is written part by part. */
function laneOf(kind: JobKind, project: Project): string | undefined {
  if (kind === 'change-people') return `people of ${project.folder}`
  return computing.has(kind) ? trainingLane : undefined
}

export interface ServiceOptions {
  /** Missing: the user's own. */
  readonly userState?: UserState
  /** Where slow queries are told; missing: nowhere. */
  readonly log?: ServiceLog
}

/** What the procedures share: open projects, running jobs, plans that wait to be applied, places, the user's own state. */
export class ServiceContext {
  readonly projects: OpenProjects
  readonly jobs = new JobRunner()
  readonly plans = new ImportPlans()
  readonly surveys = new SourceSurveys()
  readonly places = new Places()
  readonly userState: UserState

  constructor(options: ServiceOptions = {}) {
    this.userState = options.userState ?? new UserState()
    this.projects = new OpenProjects(options.log, (project, lost) => {
      for (const row of lost.jobs) {
        const job = interruptedJob(project, row)
        if (job !== null) this.jobs.adopt(job)
      }
      for (const action of lost.actions) {
        this.startJob('change-people', project, { withdraw: action.action }, (job) =>
          withdrawInThread(project, action, job),
        )
      }
    })
  }

  /**
   * Starts long work on a project, written down in its job table.
   * @param run the one that it is about
   * @returns the job's id
   */
  startJob<T>(
    kind: JobKind,
    project: Project,
    parameters: unknown,
    work: (context: JobContext) => Promise<T>,
    run?: number,
  ): { job: string } {
    const journal = projectJournal(project, kind, parameters)
    const lane = laneOf(kind, project)
    return { job: this.jobs.start({ kind, project: project.folder, journal, lane, run, work }) }
  }

  /** Cancels what runs, waits for it, and closes every project. */
  async close(): Promise<void> {
    await this.jobs.close()
    this.plans.close()
    await this.surveys.close()
    this.projects.close()
  }
}
