import { createRouterClient } from '@orpc/server'
import type { ContractRouterClient } from '@orpc/contract'
import type { contract } from '../api/contract.ts'
import { router } from './router.ts'
import { ServiceContext } from './serviceContext.ts'

export interface InProcessClient {
  readonly client: ContractRouterClient<typeof contract>
  /** Cancels what runs, waits for it and closes every project. */
  close(): Promise<void>
}

/** The API within this process: the router's procedures with their validation, without a server. */
export function openInProcessClient(): InProcessClient {
  const service = new ServiceContext()
  return {
    client: createRouterClient(router, { context: { service } }),
    close: () => service.close(),
  }
}
