import { predictRun } from '../jobs/predictRun.ts'
import { chosenPeople } from './browseProcedures.ts'
import { implementation } from './implementation.ts'
import { peopleOfFilter } from './peopleOfFilter.ts'
import { similarTo } from './similarPeople.ts'

const { prediction } = implementation

export const predictionProcedures = {
  start: prediction.start.handler(async ({ input, context: { service } }) => {
    const project = service.projects.get(input.project)
    const { run, tasks, selection, filter, prefer, budget, out, by } = input
    const filtered = filter === undefined ? undefined : peopleOfFilter(project, filter)
    const people = selection === undefined ? filtered : await chosenPeople(project, selection)
    const parameters = { run, tasks, prefer, budget, out, people: people?.length ?? null }
    return service.startJob('predict', project, parameters, (job) =>
      predictRun(project, { run, tasks, people, prefer, budget, out, by }, job),
    )
  }),
  similar: prediction.similar.handler(({ input, context }) =>
    similarTo(context.service.projects.get(input.project), input),
  ),
}
