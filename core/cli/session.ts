import type { z } from 'zod'
import type { ContractRouterClient } from '@orpc/contract'
import type { contract } from '../api/contract.ts'
import type { JobNotice } from '../api/job.ts'
import { MendError } from '../dataset/mendError.ts'
import { Interrupted } from './exitStatus.ts'
import type { Output, Streams } from './output.ts'
import { Output as OutputWriter } from './output.ts'

export type Client = ContractRouterClient<typeof contract>

export interface OpenedClient {
  readonly client: Client
  close(): Promise<void>
}

export interface FollowOptions<T> {
  /** Schema of the job's result. */
  readonly result: z.ZodType<T>
  readonly onNotice?: (notice: JobNotice) => void
}

/** One invocation of the command line: its streams, the API, and what an interrupt does. */
export class Session {
  readonly streams: Streams
  readonly signal: AbortSignal
  readonly #open: () => Promise<OpenedClient>
  #opened: OpenedClient | null = null

  /** `signal` aborts at the first interrupt. */
  constructor(streams: Streams, signal: AbortSignal, open: () => Promise<OpenedClient>) {
    this.streams = streams
    this.signal = signal
    this.#open = open
  }

  output(json: boolean | undefined): Output {
    return new OutputWriter(this.streams, json === true)
  }

  /** The API, loaded when a command first needs it, so that help comes at once. */
  async client(): Promise<Client> {
    this.#opened ??= await this.#open()
    return this.#opened.client
  }

  async close(): Promise<void> {
    await this.#opened?.close()
    this.#opened = null
  }

  /** Follows a job to its result with progress and notices; an interrupt cancels it and waits until it is in order. */
  async follow<T>(job: string, output: Output, options: FollowOptions<T>): Promise<T> {
    const client = await this.client()
    const cancel = (): void => void client.jobs.cancel({ job }).catch(() => undefined)
    if (this.signal.aborted) cancel()
    this.signal.addEventListener('abort', cancel, { once: true })
    try {
      for await (const event of await client.jobs.watch({ job })) {
        if (event.type === 'progress') output.progress(event.progress)
        if (event.type === 'notice') options.onNotice?.(event.notice)
        if (event.type === 'done') return options.result.parse(event.result)
        if (event.type === 'cancelled') throw new Interrupted(event.hint)
        if (event.type === 'failed') throw new MendError(event.error.code, event.error.message, event.error.hint)
      }
    } finally {
      this.signal.removeEventListener('abort', cancel)
      output.end()
    }
    throw new MendError('job-lost', `job ${job} ended without a result`, 'run the command again')
  }
}
