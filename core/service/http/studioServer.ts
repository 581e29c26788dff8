import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { MendError } from '../../dataset/mendError.ts'
import type { ServiceContext } from '../serviceContext.ts'
import { type Gate, isReading, mainHeader, soleHeader } from './gate.ts'
import { GuessCounter, isSameSecret } from './guessing.ts'
import { handleMedia } from './mediaRoutes.ts'
import type { Pages } from './pages.ts'
import type { References } from './references.ts'
import { refusal, refuse, replyJson, setSecurityHeaders } from './reply.ts'
import { readJsonBody, RequestRefused } from './requestBody.ts'
import { rpcAnswerer, rpcPrefix } from './rpc.ts'
import type { Sessions } from './sessions.ts'

/** A request's line and headers have this long to come, and the whole of it that long. */
const headersTimeoutMs = 10_000
const requestTimeoutMs = 30_000
/** A connection on which nothing moves; event streams say something every five seconds. */
const idleTimeoutMs = 60_000
const addressLimit = 2048
const smallBodyBytes = 8192

export interface StudioServerOptions {
  readonly service: ServiceContext
  readonly references: References
  readonly gate: Gate
  readonly pages: Pages
  /** The browser's way in; null for the desktop, which has no tokens. */
  readonly sessions: { readonly sessions: Sessions; readonly cookieName: () => string } | null
  /** Desktop only: what its main process, and nobody else, knows. */
  readonly mainSecret: string | null
  /** Defects of the program, for the log. */
  readonly onDefect: (error: unknown) => void
  /** Tests wait less. */
  readonly timeouts?: { readonly headersMs: number; readonly requestMs: number }
}

const tokenBody = z.object({ token: z.string().max(200) })
const pathBody = z.object({ path: z.string().min(1).max(4096) })

const noSession = refusal(
  401,
  'session-expired',
  'this window is not signed in to the service',
  'open the address that the service printed when it started, or press Enter there for a new one',
)
const wrongMethod = refusal(405, 'wrong-method', 'this address does not take that method', '')
const notFound = refusal(404, 'not-found', 'there is nothing here', '')

/** The service's HTTP server, not listening yet. Every request passes: host, origin, session; only then what it wants. */
export function createStudioServer(options: StudioServerOptions): Server {
  const studio = new Studio(options)
  const { headersMs, requestMs } = options.timeouts ?? { headersMs: headersTimeoutMs, requestMs: requestTimeoutMs }
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: Math.min(1000, headersMs),
      maxHeaderSize: 16 * 1024,
      keepAliveTimeout: 5000,
      insecureHTTPParser: false,
      requireHostHeader: false,
    },
    (request, response) => void studio.answer(request, response),
  )
  server.maxHeadersCount = 100
  server.maxConnections = 1000
  server.setTimeout(idleTimeoutMs)
  return server
}

class Studio {
  readonly #options: StudioServerOptions
  readonly #rpc: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  readonly #wrongSecrets = new GuessCounter()

  constructor(options: StudioServerOptions) {
    this.#options = options
    this.#rpc = rpcAnswerer(options.service, options.references)
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    setSecurityHeaders(response)
    const address = addressOf(request)
    const isRpc = address?.path.startsWith(`${rpcPrefix}/`) === true
    try {
      const wrongHost = this.#options.gate.refuseHost(request)
      if (wrongHost !== null) return refuse(response, wrongHost, isRpc)
      if (address === null) return refuse(response, refusal(400, 'bad-address', 'this is no address', ''))
      if (!isReading(request) && request.method !== 'POST') return refuse(response, wrongMethod, isRpc)
      await this.#route(request, response, address)
    } catch (error) {
      if (error instanceof RequestRefused) refuse(response, error.refusal, isRpc)
      else if (error instanceof MendError) {
        refuse(response, refusal(400, error.code, error.message, error.hint), isRpc)
      } else if (request.destroyed && !request.complete) response.destroy()
      else {
        this.#options.onDefect(error)
        refuse(response, refusal(500, 'internal-error', 'the service failed at this', 'see its log'), isRpc)
      }
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse, address: Address): Promise<void> {
    const { path } = address
    if (path === rpcPrefix || path.startsWith(`${rpcPrefix}/`)) {
      if (request.method !== 'POST') return refuse(response, wrongMethod, true)
      if (this.#isLetIn(request, response, true)) await this.#rpc(request, response)
    } else if (path === '/media' || path.startsWith('/media/')) {
      if (!isReading(request)) return refuse(response, wrongMethod)
      if (this.#isLetIn(request, response, false)) await this.#media(request, response, address)
    } else if (path === '/session') {
      if (request.method !== 'POST') return refuse(response, wrongMethod)
      await this.#beginSession(request, response)
    } else if (path === '/desktop/reference' && this.#options.mainSecret !== null) {
      if (request.method !== 'POST') return refuse(response, wrongMethod)
      await this.#refer(request, response, this.#options.mainSecret)
    } else if (path === '/desktop/recent' && this.#options.mainSecret !== null) {
      if (request.method !== 'POST') return refuse(response, wrongMethod)
      this.#recent(request, response, this.#options.mainSecret)
    } else if (isReading(request)) {
      await this.#options.pages.serve(request, response, path === '/' ? '/index.html' : path)
    } else refuse(response, wrongMethod)
  }

  #isLetIn(request: IncomingMessage, response: ServerResponse, rpc: boolean): boolean {
    const foreign = this.#options.gate.refuseOrigin(request)
    if (foreign !== null) refuse(response, foreign, rpc)
    else if (this.#options.gate.isAuthenticated(request)) return true
    else this.#refuseSecret(response, noSession, rpc, request.headers.cookie === undefined)
    return false
  }

  /** Without a secret (`harmless`) nothing was guessed. */
  #refuseSecret(response: ServerResponse, reason: typeof noSession, rpc: boolean, harmless: boolean): void {
    const waitSeconds = harmless ? 0 : this.#wrongSecrets.noteWrong()
    if (waitSeconds === 0) return refuse(response, reason, rpc)
    response.setHeader('retry-after', waitSeconds)
    const tooMany = refusal(429, 'too-many-guesses', 'too many wrong secrets', `wait ${waitSeconds} seconds`)
    refuse(response, tooMany, rpc)
  }

  async #beginSession(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { gate, sessions: browser } = this.#options
    const foreign = gate.refuseOrigin(request)
    if (foreign !== null) return refuse(response, foreign)
    // The desktop's window has its session already: its main process sends it.
    if (browser === null) return replyJson(response, 200, { state: 'ready' })
    const body = tokenBody.safeParse(await readJsonBody(request, smallBodyBytes))
    const session = body.success ? browser.sessions.exchange(body.data.token) : null
    if (session === null) {
      const message = 'the address was used already, or is too old'
      return this.#refuseSecret(response, { ...noSession, code: 'token-refused', message }, false, false)
    }
    response.setHeader('set-cookie', `${browser.cookieName()}=${session}; HttpOnly; SameSite=Strict; Path=/`)
    replyJson(response, 200, { state: 'ready' })
  }

  /** The desktop's main process asks for a reference of what a person chose in a native dialog or dropped. */
  async #refer(request: IncomingMessage, response: ServerResponse, mainSecret: string): Promise<void> {
    if (!this.#isMain(request, response, mainSecret)) return
    const body = pathBody.safeParse(await readJsonBody(request, smallBodyBytes))
    if (!body.success) return refuse(response, refusal(400, 'malformed-request', 'a path is missing', ''))
    const { service, references } = this.#options
    replyJson(response, 200, { reference: references.issue(service.places.choose(body.data.path)) })
  }

  /** The projects opened last that are there, with their folders: for the menu and the system's list of documents. */
  #recent(request: IncomingMessage, response: ServerResponse, mainSecret: string): void {
    if (!this.#isMain(request, response, mainSecret)) return
    const { service, references } = this.#options
    const present = service.userState.recentProjects().filter(({ folder }) => existsSync(folder))
    const projects = present.map(({ folder }) => ({
      reference: references.issue(folder),
      name: basename(folder, '.mend'),
      folder,
    }))
    replyJson(response, 200, { projects })
  }

  #isMain(request: IncomingMessage, response: ServerResponse, mainSecret: string): boolean {
    if (isSameSecret(soleHeader(request, mainHeader) ?? '', mainSecret)) return true
    this.#refuseSecret(response, refusal(403, 'not-main', 'only the desktop may do this', ''), false, false)
    return false
  }

  async #media(request: IncomingMessage, response: ServerResponse, address: Address): Promise<void> {
    const [, , reference = '', ...parts] = address.path.split('/').map(decodeSegment)
    if (reference === null || parts.some((part) => part === null)) return refuse(response, notFound)
    const projectFolder = this.#options.references.resolve(reference)
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const wanted = {
      projectFolder,
      parts: parts.filter((part) => part !== null),
      query: address.query,
      headers: { ifNoneMatch: request.headers['if-none-match'] ?? null },
      signal: gone.signal,
    }
    const media = await handleMedia(wanted, this.#options.service.projects)
    if (media === null) return refuse(response, notFound)
    for (const [name, value] of Object.entries(media.headers)) response.setHeader(name, value)
    response.statusCode = media.status
    if (Buffer.isBuffer(media.body)) {
      if (media.status !== 304) response.setHeader('content-length', media.body.length)
      response.end(request.method === 'HEAD' || media.status === 304 ? undefined : media.body)
    } else {
      await pipeline(request.method === 'HEAD' ? Readable.from([]) : media.body, response)
    }
  }
}

interface Address {
  /** As it was sent: percent-encoded. */
  readonly path: string
  readonly query: URLSearchParams
}

function addressOf(request: IncomingMessage): Address | null {
  const sent = request.url ?? ''
  if (!sent.startsWith('/') || sent.startsWith('//') || sent.length > addressLimit) return null
  if (/[\\\s\u0000-\u001f]/.test(sent)) return null
  const [path, ...query] = sent.split('?')
  return { path, query: new URLSearchParams(query.join('?')) }
}

/** One decoded segment, or null for what could be taken for a path. */
function decodeSegment(segment: string, at: number): string | null {
  try {
    const decoded = decodeURIComponent(segment)
    const isName = decoded !== '.' && decoded !== '..' && !/[/\\\u0000-\u001f]/.test(decoded)
    return isName && (decoded !== '' || at === 0) ? decoded : null
  } catch {
    return null
  }
}
