import { implementation } from './implementation.ts'

export const jobProcedures = {
  list: implementation.jobs.list.handler(({ context }) => context.service.jobs.list()),
  watch: implementation.jobs.watch.handler(({ input, context, signal }) =>
    context.service.jobs.watch(input.job, signal),
  ),
  follow: implementation.jobs.follow.handler(({ context, signal }) => context.service.jobs.follow(signal)),
  cancel: implementation.jobs.cancel.handler(({ input, context }) => context.service.jobs.cancel(input.job)),
  reorder: implementation.jobs.reorder.handler(({ input, context }) =>
    context.service.jobs.reorder(input.job, input.position),
  ),
}
