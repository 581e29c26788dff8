import { configureRun, controllableState } from '../jobs/controllable/controllableState.ts'
import { requireControlledRun } from '../jobs/controllable/controlledRuns.ts'
import { exportNetwork } from '../jobs/controllable/exportNetwork.ts'
import { sweepRun } from '../jobs/controllable/sweepRun.ts'
import { wishedNetwork } from '../jobs/controllable/wishedNetwork.ts'
import type { Project } from '../store/project.ts'
import { implementation } from './implementation.ts'
import type { ServiceContext } from './serviceContext.ts'

const { controllable } = implementation

/** The sweep of a run that is under way or waits. */
function sweepOf(service: ServiceContext, project: Project, run: number): string | null {
  const found = service.jobs
    .list()
    .find(
      (job) =>
        job.kind === 'sweep' &&
        job.project === project.folder &&
        job.run === run &&
        (job.state === 'running' || job.state === 'queued'),
    )
  return found?.id ?? null
}

export const controllableProcedures = {
  state: controllable.state.handler(({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    return controllableState(project, input.run, sweepOf(service, project, input.run))
  }),
  configure: controllable.configure.handler(({ input, context: { service } }) =>
    configureRun(service.projects.get(input.project), input.run, input.preferences, input.budget),
  ),
  sweep: controllable.sweep.handler(async ({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    await requireControlledRun(project, input.run)
    const running = sweepOf(service, project, input.run)
    if (running !== null) return { job: running }
    return service.startJob('sweep', project, { run: input.run }, (job) => sweepRun(project, input.run, job), input.run)
  }),
  export: controllable.export.handler(async ({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    const { run, preferences, budget, out, format, batch } = input
    // What cannot be is refused at once.
    const { wish } = await wishedNetwork(project, run, { preferences, budget })
    const options = { run, wish, format, batch, out }
    return service.startJob('export-model', project, options, (job) => exportNetwork(project, options, job), run)
  }),
}
