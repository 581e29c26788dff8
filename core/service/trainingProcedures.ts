import { auditRun } from '../jobs/auditRun.ts'
import { compareRuns, listRuns } from '../jobs/runSummaries.ts'
import { projectJournal } from '../jobs/jobJournal.ts'
import { markInterrupted } from '../jobs/recovery.ts'
import { queueResume, queueRun, trainQueued, withdrawRun, type NewRun } from '../jobs/trainRun.ts'
import type { Project } from '../store/project.ts'
import { implementation } from './implementation.ts'
import { trainingLane, type ServiceContext } from './serviceContext.ts'

/** A queued run as a job of the training lane. */
function startQueued(service: ServiceContext, project: Project, chosen: NewRun, parameters: unknown): { job: string } {
  return {
    job: service.jobs.start({
      kind: 'train',
      project: project.folder,
      journal: projectJournal(project, 'train', parameters),
      lane: trainingLane,
      run: chosen.run,
      withdrawn: () => withdrawRun(project, chosen.run),
      work: (job) => trainQueued(project, chosen, job),
    }),
  }
}

export const trainingProcedures = {
  start: implementation.training.start.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    return startQueued(service, project, queueRun(project, input.options), input.options)
  }),
  resume: implementation.training.resume.handler(async ({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    return startQueued(service, project, await queueResume(project, input.run), { run: input.run })
  }),
  pause: implementation.training.pause.handler(({ input, context }) => context.service.jobs.pause(input.job)),
  unpause: implementation.training.unpause.handler(({ input, context }) => context.service.jobs.resume(input.job)),
  runs: implementation.training.runs.handler(({ input, context }) => {
    const project = context.service.projects.get(input.project)
    // Another process, a command line say, may have died while this one has the project open.
    markInterrupted(project)
    return listRuns(project)
  }),
  compare: implementation.training.compare.handler(({ input, context }) =>
    compareRuns(context.service.projects.get(input.project), input.runs),
  ),
  audit: implementation.training.audit.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    return service.startJob('audit', project, input, (job) => auditRun(project, input, job))
  }),
}
