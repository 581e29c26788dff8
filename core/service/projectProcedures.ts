import { resolve } from 'node:path'
import { findDuplicates } from '../jobs/duplicates.ts'
import { removeSource } from '../jobs/removeSource.ts'
import { synthesizeProject } from '../jobs/synthesizeProject.ts'
import { implementation } from './implementation.ts'

export const projectProcedures = {
  init: implementation.projects.init.handler(({ input, context }) => ({
    project: context.service.projects.create(input.project).folder,
  })),
  coverage: implementation.projects.coverage.handler(({ input, context }) => {
    const { sources, ...totals } = context.service.projects.get(input.project).coverage()
    return { ...totals, sources: sources.map((source) => ({ ...source, tasks: { ...source.tasks } })) }
  }),
  sources: implementation.projects.sources.handler(({ input, context }) =>
    context.service.projects
      .get(input.project)
      .sources.summaries()
      .map((source) => ({ ...source, labels: { ...source.labels } })),
  ),
  removeSource: implementation.projects.removeSource.handler(({ input, context }) =>
    removeSource(context.service.projects.get(input.project), input.source),
  ),
  duplicates: implementation.projects.duplicates.handler(({ input, context }) =>
    findDuplicates(context.service.projects.get(input.project), input.distance),
  ),
  synthesize: implementation.projects.synthesize.handler(({ input, context }) => ({
    job: context.service.jobs.start({
      kind: 'synthesize',
      project: resolve(input.project),
      work: (job) => synthesizeProject(input, job),
    }),
  })),
}
