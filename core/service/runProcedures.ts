import { detailRun } from '../jobs/runDetail.ts'
import { estimateRun, trainingChoicesOf } from '../jobs/runEstimate.ts'
import { removeRun, restoreRun } from '../jobs/removeRun.ts'
import { findRun } from '../jobs/runSummaries.ts'
import { implementation } from './implementation.ts'

export const runProcedures = {
  choices: implementation.runs.choices.handler(({ input, context }) =>
    trainingChoicesOf(context.service.projects.get(input.project)),
  ),
  estimate: implementation.runs.estimate.handler(({ input, context }) =>
    estimateRun(context.service.projects.get(input.project), input.options),
  ),
  detail: implementation.runs.detail.handler(({ input, context }) =>
    detailRun(context.service.projects.get(input.project), input.run),
  ),
  describe: implementation.runs.describe.handler(({ input, context }) => {
    const project = context.service.projects.get(input.project)
    findRun(project, input.run)
    project.transaction((writer) => writer.runs.update(input.run, { note: input.note.trim() }))
    return detailRun(project, input.run)
  }),
  remove: implementation.runs.remove.handler(({ input, context }) => {
    const project = context.service.projects.get(input.project)
    const { bytes } = detailRun(project, input.run)
    removeRun(project, input.run)
    return { run: input.run, bytes }
  }),
  restore: implementation.runs.restore.handler(({ input, context }) => {
    const project = context.service.projects.get(input.project)
    restoreRun(project, input.run)
    return detailRun(project, input.run)
  }),
}
