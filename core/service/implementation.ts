import { implement, ORPCError } from '@orpc/server'
import { contract } from '../api/contract.ts'
import { reportError } from '../jobs/jobRunner.ts'
import { MendError } from '../dataset/mendError.ts'
import type { ServiceContext } from './serviceContext.ts'

/**
 * Every procedure is built from this: errors meant for people leave as `MEND_ERROR` with code and hint, anything else as
 * the defect that it is, with its message.
 */
export const implementation = implement(contract)
  .$context<{ readonly service: ServiceContext }>()
  .use(async ({ next, errors }) => {
    try {
      return await next()
    } catch (error) {
      if (error instanceof ORPCError) throw error
      const { code, message, hint } = reportError(error)
      if (!(error instanceof MendError) && process.env['MEND_DEBUG'] !== undefined) console.error(error)
      throw errors.MEND_ERROR({ message, data: { code, hint }, cause: error })
    }
  })
