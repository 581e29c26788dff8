import { decideSuspects } from '../jobs/decide.ts'
import { listSuspects } from '../jobs/suspects.ts'
import { implementation } from './implementation.ts'

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
}
