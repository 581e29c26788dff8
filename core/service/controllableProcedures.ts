import { configureRun, controllableState } from '../jobs/controllable/controllableState.ts'
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
}
