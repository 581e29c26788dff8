import { implementation } from './implementation.ts'

export const jobProcedures = {
  list: implementation.jobs.list.handler(({ context }) => context.service.jobs.list()),
  watch: implementation.jobs.watch.handler(({ input, context }) => context.service.jobs.watch(input.job)),
  cancel: implementation.jobs.cancel.handler(({ input, context }) => context.service.jobs.cancel(input.job)),
}
