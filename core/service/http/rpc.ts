import type { IncomingMessage, ServerResponse } from 'node:http'
import { ORPCError } from '@orpc/server'
import { RPCHandler } from '@orpc/server/node'
import { MendError } from '../../dataset/mendError.ts'
import { router } from '../router.ts'
import type { ServiceContext } from '../serviceContext.ts'
import type { References } from './references.ts'
import { refusal, refuse } from './reply.ts'
import { readJsonBody } from './requestBody.ts'

/** Large enough for a hundred thousand decisions or a part map of a large picture at once. */
const bodyLimitBytes = 16 * 1024 * 1024
const keepAliveMs = 5000

export const rpcPrefix = '/rpc'

type AnswerRpc = (request: IncomingMessage, response: ServerResponse) => Promise<void>

async function* maskEvents(events: AsyncIterable<unknown>, references: References): AsyncGenerator {
  for await (const event of events) yield references.maskOutput(event)
}

function isEvents(output: unknown): output is AsyncIterable<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output
}

/** Errors of references in the form of the procedures' own. */
function asProcedureError(error: unknown): unknown {
  if (!(error instanceof MendError)) return error
  const { code, message, hint } = error
  return new ORPCError('MEND_ERROR', { defined: true, status: 400, message, data: { code, hint } })
}

/** The procedures over HTTP: as in process, except that places go by references. */
export function rpcAnswerer(service: ServiceContext, references: References): AnswerRpc {
  const handler = new RPCHandler(router, {
    eventIteratorKeepAliveEnabled: true,
    eventIteratorKeepAliveInterval: keepAliveMs,
    eventIteratorKeepAliveComment: '',
    clientInterceptors: [
      async ({ next, ...options }) => {
        let input: unknown
        try {
          input = references.resolveInput(options.path, options.input)
        } catch (error) {
          throw asProcedureError(error)
        }
        const output: unknown = await next({ ...options, input })
        return isEvents(output) ? maskEvents(output, references) : references.maskOutput(output)
      },
    ],
  })
  return async (request, response) => {
    const body = await readJsonBody(request, bodyLimitBytes)
    // The handler takes a body that was read already from here.
    const read = Object.assign(request, { body: body ?? {} })
    const { matched } = await handler.handle(read, response, { prefix: rpcPrefix, context: { service } })
    if (!matched) refuse(response, refusal(404, 'unknown-procedure', 'there is no such procedure', ''), true)
  }
}
