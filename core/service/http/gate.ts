import type { IncomingMessage } from 'node:http'
import { isSameSecret } from './guessing.ts'
import { refusal, type Refusal } from './reply.ts'
import type { Sessions } from './sessions.ts'

/** Who is let in, and how requests show it. */
export interface Gate {
  /** Why the request is turned away whatever it wants, or null. */
  refuseHost(request: IncomingMessage): Refusal | null
  /** Why a request that changes or reads data may not come from where it comes from, or null. */
  refuseOrigin(request: IncomingMessage): Refusal | null
  /** Whether the request shows a session. */
  isAuthenticated(request: IncomingMessage): boolean
}

const wrongHost = refusal(
  421,
  'wrong-host',
  'the service does not answer under this name',
  'open the address that it printed',
)
const foreignOrigin = refusal(403, 'foreign-origin', 'another site may not use the service', 'open its own address')

/** A header that the client sent exactly once; Node joins or drops repeated ones, so the raw list is looked at. */
function soleHeader(request: IncomingMessage, name: string): string | null {
  let found: string | null = null
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    if (request.rawHeaders[at].toLowerCase() !== name) continue
    if (found !== null) return null
    found = request.rawHeaders[at + 1]
  }
  return found
}

/**
 * The service on 127.0.0.1: only names of this machine reach it (a foreign name that resolves here does not), with any
 * port, since it may be forwarded; only its own pages may ask for anything; sessions come as a cookie.
 */
export function loopbackGate(sessions: Sessions, cookieName: () => string): Gate {
  const hostPattern = /^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/
  return {
    refuseHost: (request) => (hostPattern.test(soleHeader(request, 'host') ?? '') ? null : wrongHost),
    refuseOrigin: (request) => {
      const origin = soleHeader(request, 'origin')
      const site = request.headers['sec-fetch-site']
      if (site !== undefined && site !== 'same-origin' && site !== 'none') return foreignOrigin
      // Browsers leave the origin out of a GET to the same one, and only there.
      if (origin === null && 'origin' in request.headers) return foreignOrigin
      if (origin === null) return isReading(request) ? null : foreignOrigin
      return origin === `http://${soleHeader(request, 'host')}` ? null : foreignOrigin
    },
    isAuthenticated: (request) => {
      const session = cookieOf(request, cookieName())
      return session !== null && sessions.isOpen(session)
    },
  }
}

/** The service behind the desktop's socket: its main process adds a secret to everything that the window asks for. */
export function desktopGate(secret: string): Gate {
  return {
    refuseHost: (request) => (soleHeader(request, 'host') === desktopHost ? null : wrongHost),
    refuseOrigin: (request) => {
      const origin = soleHeader(request, 'origin')
      const missing = origin === null && !('origin' in request.headers) && isReading(request)
      return missing || origin === desktopOrigin ? null : foreignOrigin
    },
    isAuthenticated: (request) => isSameSecret(soleHeader(request, sessionHeader) ?? '', secret),
  }
}

/** What the desktop's main process sends as Host, and as Origin for its window's pages. */
export const desktopHost = 'studio'
export const desktopOrigin = 'studio://app'
export const sessionHeader = 'x-mend-session'
export const mainHeader = 'x-mend-main'

export function isReading(request: IncomingMessage): boolean {
  return request.method === 'GET' || request.method === 'HEAD'
}

function cookieOf(request: IncomingMessage, name: string): string | null {
  const found = (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
  return found.length === 1 ? found[0].slice(name.length + 1) : null
}

export { soleHeader }
