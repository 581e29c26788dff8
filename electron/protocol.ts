import http, { type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import type { ServiceAddress } from './serviceHost.ts'
import { ownConnection, serviceHostName, sessionHeader, windowOrigin } from './serviceRequests.ts'

export const scheme = 'studio'
export const windowHost = 'app'

/** Headers of the window's requests that go on to the service; cookies, and what others could add, do not. */
const passedOn = ['accept', 'content-type', 'if-none-match', 'last-event-id', 'range']
const isPassedOn = (name: string): boolean => passedOn.includes(name) || name.startsWith('x-orpc-')
/** What belongs to the connection to the service, and what nobody here needs. */
const heldBack = ['connection', 'keep-alive', 'transfer-encoding', 'set-cookie']

export interface ProxyOptions {
  readonly address: ServiceAddress
  /** Resolves when the service may be asked; rejects when it will not be there. */
  readonly ready: () => Promise<void>
}

/** Answers a request of the window's. */
export type Proxy = (request: Request) => Promise<Response>

/**
 * Hands what the window asks `studio://app/` for on to the service, bodies and answers as streams; the session's secret is
 * added here, so that no page ever sees it.
 */
export function createProxy({ address, ready }: ProxyOptions): Proxy {
  return async (request) => {
    const target = targetOf(request)
    if (typeof target !== 'string') return target
    try {
      await ready()
      return await forward(request, target, address)
    } catch {
      // To the page it is as if the network were gone: it says so, and asks again.
      return Response.error()
    }
  }
}

/** The path and query to ask the service for, or why not. */
function targetOf(request: Request): string | Response {
  const url = new URL(request.url)
  const origin = request.headers.get('origin')
  if (url.protocol !== `${scheme}:` || url.host !== windowHost) return new Response(null, { status: 421 })
  if (origin !== null && origin !== windowOrigin) return new Response(null, { status: 403 })
  return `${url.pathname}${url.search}`
}

async function forward(request: Request, path: string, address: ServiceAddress): Promise<Response> {
  const to = { socketPath: address.socket, agent: ownConnection, path }
  const sent = http.request({ ...to, method: request.method, headers: headersFor() })
  function headersFor(): Record<string, string> {
    const headers: Record<string, string> = {
      host: serviceHostName,
      origin: windowOrigin,
      [sessionHeader]: address.secrets.session,
    }
    for (const [name, value] of request.headers) if (isPassedOn(name)) headers[name] = value
    return headers
  }
  const answered = new Promise<IncomingMessage>((settle, reject) => {
    sent.once('response', settle)
    sent.once('error', reject)
  })
  const abort = (): void => void sent.destroy(new Error('the window asks no more'))
  if (request.signal.aborted) abort()
  request.signal.addEventListener('abort', abort, { once: true })
  if (request.body === null) sent.end()
  else
    Readable.fromWeb(request.body as NodeReadableStream)
      .on('error', abort)
      .pipe(sent)
  return toResponse(await answered, request.method)
}

function toResponse(message: IncomingMessage, method: string): Response {
  const status = message.statusCode ?? 502
  const headers = new Headers()
  for (let at = 0; at < message.rawHeaders.length; at += 2) {
    const name = message.rawHeaders[at].toLowerCase()
    if (!heldBack.includes(name)) headers.append(name, message.rawHeaders[at + 1])
  }
  if (method === 'HEAD' || status === 204 || status === 304) {
    message.resume()
    return new Response(null, { status, headers })
  }
  return new Response(streamOf(message), { status, headers })
}

/** The answer as the window takes it; when it wants no more, the connection to the service ends. */
function streamOf(message: IncomingMessage): ReadableStream<Uint8Array> {
  let over = false
  return new ReadableStream<Uint8Array>({
    start(controller) {
      message.on('data', (chunk: Buffer) => {
        if (over) return
        controller.enqueue(new Uint8Array(chunk))
        if ((controller.desiredSize ?? 1) <= 0) message.pause()
      })
      const finish = (error: Error | null): void => {
        if (over) return
        over = true
        if (error === null) controller.close()
        else controller.error(error)
      }
      message.once('end', () => finish(null))
      message.once('error', finish)
      message.once('close', () => finish(new Error('the service broke off')))
    },
    pull: () => void message.resume(),
    cancel: () => {
      over = true
      message.destroy()
    },
  })
}
