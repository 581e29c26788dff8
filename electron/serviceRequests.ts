import http from 'node:http'
import type { ServiceAddress } from './serviceHost.ts'

/** What the service's gate (core/service/http/gate.ts) looks at behind the desktop's socket. */
export const serviceHostName = 'studio'
export const windowOrigin = 'studio://app'
export const sessionHeader = 'x-mend-session'
export const mainHeader = 'x-mend-main'

/**
 * As the agent of a request to the service: a connection of its own. One that is kept may be closed by the service in the moment in which
 * it is used again, and on a socket of this machine a new one costs nothing to speak of.
 */
export const ownConnection = false

const answerTimeoutMs = 15_000
const largestAnswerBytes = 8 * 1024 * 1024

export interface RecentProject {
  /** What the window calls the project. */
  readonly reference: string
  readonly name: string
  readonly folder: string
}

export interface WorkUnderWay {
  readonly kind: string
  readonly projectName: string | null
  readonly run: number | null
  /** "epoch 7 of 30", or empty. */
  readonly progress: string
}

/** What the main process itself asks the service for; answers are looked at before they are believed. */
export class ServiceRequests {
  readonly #address: ServiceAddress

  constructor(address: ServiceAddress) {
    this.#address = address
  }

  /** The opaque reference of a file or folder that a person chose. @throws Error saying what the service refused */
  async reference(path: string): Promise<string> {
    const answer = await this.#post('/desktop/reference', { path }, { [mainHeader]: this.#address.secrets.main })
    if (isRecord(answer) && typeof answer['reference'] === 'string') return answer['reference']
    throw new Error('the service gave no reference')
  }

  /** Projects opened last, newest first, those that are there. */
  async recentProjects(): Promise<RecentProject[]> {
    const answer = await this.#post('/desktop/recent', {}, { [mainHeader]: this.#address.secrets.main })
    const listed = isRecord(answer) && Array.isArray(answer['projects']) ? answer['projects'] : []
    return listed.flatMap((each: unknown) => {
      if (!isRecord(each)) return []
      const { reference, name, folder } = each
      if (typeof reference !== 'string' || typeof name !== 'string' || typeof folder !== 'string') return []
      return [{ reference, name, folder }]
    })
  }

  /** Jobs that have not ended, of every project. */
  async workUnderWay(): Promise<WorkUnderWay[]> {
    const answer = await this.#call('jobs/list', undefined)
    const jobs = Array.isArray(answer) ? answer : []
    return jobs.flatMap((job: unknown) => {
      if (!isRecord(job) || !isUnderWay(job['state']) || typeof job['kind'] !== 'string') return []
      const { kind, projectName, run, progress } = job
      return [
        {
          kind,
          projectName: typeof projectName === 'string' ? projectName : null,
          run: typeof run === 'number' ? run : null,
          progress: describeProgress(progress),
        },
      ]
    })
  }

  async #call(procedure: string, input: unknown): Promise<unknown> {
    const session = { [sessionHeader]: this.#address.secrets.session }
    const answer = await this.#post(`/rpc/${procedure}`, { json: input }, session)
    return isRecord(answer) ? answer['json'] : undefined
  }

  #post(path: string, value: unknown, headers: Readonly<Record<string, string>>): Promise<unknown> {
    return new Promise((settle, reject) => {
      const request = http.request(
        {
          socketPath: this.#address.socket,
          agent: ownConnection,
          path,
          method: 'POST',
          timeout: answerTimeoutMs,
          headers: { host: serviceHostName, origin: windowOrigin, 'content-type': 'application/json', ...headers },
        },
        (response) => {
          const chunks: Buffer[] = []
          let bytes = 0
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length
            if (bytes > largestAnswerBytes) request.destroy(new Error('the service answers without end'))
            else chunks.push(chunk)
          })
          response.on('error', reject)
          response.on('end', () => {
            try {
              const answer: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
              if (response.statusCode === 200) settle(answer)
              else reject(new Error(reasonOf(answer)))
            } catch (error) {
              reject(error instanceof Error ? error : new Error(String(error)))
            }
          })
        },
      )
      request.on('timeout', () => request.destroy(new Error('the service does not answer')))
      request.on('error', reject)
      request.end(JSON.stringify(value))
    })
  }
}

function reasonOf(answer: unknown): string {
  if (!isRecord(answer) || typeof answer['message'] !== 'string') return 'the service refused'
  const hint = typeof answer['hint'] === 'string' && answer['hint'] !== '' ? `: ${answer['hint']}` : ''
  return `${answer['message']}${hint}`
}

function isUnderWay(state: unknown): boolean {
  return state === 'queued' || state === 'running' || state === 'paused'
}

function describeProgress(progress: unknown): string {
  if (!isRecord(progress) || typeof progress['stage'] !== 'string' || typeof progress['done'] !== 'number') return ''
  const total = typeof progress['total'] === 'number' ? ` of ${progress['total'].toLocaleString()}` : ''
  const unit = typeof progress['unit'] === 'string' ? ` ${progress['unit']}` : ''
  return `${progress['stage']} ${progress['done'].toLocaleString()}${total}${unit}`.trim()
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
