import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import type { ContractRouterClient } from '@orpc/contract'
import type { contract } from '../../core/api/contract.ts'
import { answered, unanswered } from './connectionEvents.ts'
import { toStudioError } from './studioError.ts'

/** How one call is made: `client.settings.change(input, { context: { keepalive: true } })`. */
export interface CallContext {
  /** The request outlives the window that sends it; browsers allow it 64 kB. */
  readonly keepalive?: boolean
}

/** Every procedure of core/api/contract.ts, as functions. */
export type StudioClient = ContractRouterClient<typeof contract, CallContext>

/** One request, whose outcome says whether the service is there. */
async function watchedFetch(
  request: Request,
  init: { redirect?: Request['redirect'] },
  { context }: { readonly context: CallContext },
): Promise<Response> {
  try {
    const response = await fetch(request, {
      ...init,
      credentials: 'same-origin',
      keepalive: context.keepalive === true,
    })
    answered(response.status)
    return response
  } catch (error) {
    if (!request.signal.aborted) unanswered()
    throw error
  }
}

const link = new RPCLink<CallContext>({
  url: () => new URL('/rpc', location.href).href,
  fetch: watchedFetch,
  interceptors: [
    async ({ next }) => {
      try {
        return await next()
      } catch (error) {
        throw toStudioError(error)
      }
    },
  ],
})

/**
 * The service's procedures over HTTP, alike in the browser and on the desktop. Calls reject with `StudioError` (code,
 * message, hint). Event streams end when the connection does: `follow` (api/follow.ts) keeps them going.
 */
export const client: StudioClient = createORPCClient(link)
