import { decideSuspects, undoDecisions } from '../jobs/decide.ts'
import {
  countSuspects,
  moveSuspectCut,
  suspectFacets,
  suspectQueue,
  suspectsOverview,
  suspectTaskOverview,
} from '../jobs/suspectReview.ts'
import { listSuspects } from '../jobs/suspects.ts'
import { implementation } from './implementation.ts'
import { drawnSuspects, suspectDetail } from './suspectDetail.ts'

export const suspectProcedures = {
  list: implementation.suspects.list.handler(({ input, context }) =>
    listSuspects(context.service.projects.get(input.project), input),
  ),
  page: implementation.suspects.page.handler(async ({ input, context }) => {
    const { writeRunPage } = await import('./runPage.ts')
    return writeRunPage(context.service.projects.get(input.project), input)
  }),
  decide: implementation.suspects.decide.handler(({ input, context }) =>
    decideSuspects(context.service.projects.get(input.project), input),
  ),
  undo: implementation.suspects.undo.handler(({ input, context }) =>
    undoDecisions(context.service.projects.get(input.project), input.run, input.by),
  ),
  overview: implementation.suspects.overview.handler(({ input, context }) =>
    suspectsOverview(context.service.projects.get(input.project), input.run),
  ),
  task: implementation.suspects.task.handler(({ input, context }) =>
    suspectTaskOverview(context.service.projects.get(input.project), input.run, input.task),
  ),
  queue: implementation.suspects.queue.handler(({ input, context }) =>
    suspectQueue(context.service.projects.get(input.project), input),
  ),
  count: implementation.suspects.count.handler(({ input, context }) => ({
    count: countSuspects(context.service.projects.get(input.project), input.run, input.task, input.filter),
  })),
  facets: implementation.suspects.facets.handler(({ input, context }) =>
    suspectFacets(context.service.projects.get(input.project), input.run, input.task),
  ),
  moveCut: implementation.suspects.moveCut.handler(({ input, context }) =>
    moveSuspectCut(context.service.projects.get(input.project), input.run, input.task, input.cut),
  ),
  detail: implementation.suspects.detail.handler(({ input, context }) =>
    suspectDetail(context.service.projects.get(input.project), input.run, input.label, input.side),
  ),
  drawn: implementation.suspects.drawn.handler(({ input, context }) =>
    drawnSuspects(context.service.projects.get(input.project), input.run, input.labels, input.side),
  ),
}
