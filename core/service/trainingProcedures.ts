import { auditRun } from '../jobs/auditRun.ts'
import { compareRuns, listRuns } from '../jobs/runSummaries.ts'
import { resumeTraining, startTraining } from '../jobs/trainRun.ts'
import { implementation } from './implementation.ts'

export const trainingProcedures = {
  start: implementation.training.start.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    return service.startJob('train', project, input.options, (job) => startTraining(project, input.options, job))
  }),
  resume: implementation.training.resume.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    return service.startJob('train', project, { run: input.run }, (job) => resumeTraining(project, input.run, job))
  }),
  pause: implementation.training.pause.handler(({ input, context }) => context.service.jobs.pause(input.job)),
  unpause: implementation.training.unpause.handler(({ input, context }) => context.service.jobs.resume(input.job)),
  runs: implementation.training.runs.handler(({ input, context }) =>
    listRuns(context.service.projects.get(input.project)),
  ),
  compare: implementation.training.compare.handler(({ input, context }) =>
    compareRuns(context.service.projects.get(input.project), input.runs),
  ),
  audit: implementation.training.audit.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    return service.startJob('audit', project, input, (job) => auditRun(project, input, job))
  }),
}
