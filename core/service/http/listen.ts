import { once } from 'node:events'
import { chmodSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { MendError } from '../../dataset/mendError.ts'
import type { ServiceContext } from '../serviceContext.ts'
import type { ServiceLog } from '../serviceLog.ts'
import { closeMedia } from './mediaRoutes.ts'
import { desktopGate, loopbackGate } from './gate.ts'
import { Pages } from './pages.ts'
import { References } from './references.ts'
import { SessionFile } from './sessionFile.ts'
import { Sessions } from './sessions.ts'
import { createStudioServer, type StudioServerOptions } from './studioServer.ts'

const loopback = '127.0.0.1'
/** A browser's open event streams would hold the server for ever. */
const closeGraceMs = 500

/** Pages that were built elsewhere, by somebody who sees to it that they are there: a test, a packager. */
export const givenPages = process.env['MEND_PAGES']
/** Where the pages lie. */
export const builtPages = givenPages ?? fileURLToPath(new URL('../../../dist/renderer', import.meta.url))

export interface ServeOptions {
  readonly service: ServiceContext
  readonly log: ServiceLog
  /** Missing: where the build puts them. */
  readonly pagesFolder?: string
  readonly timeouts?: StudioServerOptions['timeouts']
}

export interface BrowserService {
  readonly port: number
  /** A fresh address with a token for one sign-in, in the fragment, which browsers never send or log. */
  newAddress(project?: string): string
  close(): Promise<void>
}

/**
 * Serves browsers on 127.0.0.1; `port` missing or 0: any free one.
 * @throws MendError `port-taken`, `port-not-allowed`
 */
export async function serveBrowsers(options: ServeOptions, port = 0): Promise<BrowserService> {
  const sessions = new Sessions()
  const address = { port }
  // Cookies know no ports: two services on one machine must not put out each other's.
  const cookieName = (): string => `mend_session_${address.port}`
  const shared = sharedOptions(options)
  const server = createStudioServer({
    ...shared,
    gate: loopbackGate(sessions, cookieName),
    sessions: { sessions, cookieName },
    mainSecret: null,
  })
  await listening(server, () => server.listen({ host: loopback, port, exclusive: true }))
  const bound = server.address()
  if (typeof bound === 'object' && bound !== null) address.port = bound.port
  const file = new SessionFile(options.service.userState.sessionsFile(address.port))
  sessions.keepIn(file)
  return {
    port: address.port,
    newAddress: (project) => {
      const page = project === undefined ? '/' : `/p/${shared.references.issue(project)}/data`
      return `http://${loopback}:${address.port}${page}#token=${sessions.issueToken()}`
    },
    close: async () => {
      file.remove()
      await closeServer(server)
    },
  }
}

export interface DesktopSecrets {
  /** What the desktop's main process adds to its window's requests. */
  readonly session: string
  /** What it shows when it speaks for itself (`/desktop/…`); never in anything of the window's. */
  readonly main: string
}

/** Serves the desktop on a socket (a named pipe on Windows) that only this user may open. */
export async function serveDesktop(
  options: ServeOptions,
  socket: string,
  secrets: DesktopSecrets,
): Promise<{ close(): Promise<void> }> {
  const server = createStudioServer({
    ...sharedOptions(options),
    gate: desktopGate(secrets.session),
    sessions: null,
    mainSecret: secrets.main,
  })
  const isFile = process.platform !== 'win32'
  // Left by a service that was killed; the path is this service's alone.
  if (isFile) rmSync(socket, { force: true })
  await listening(server, () => server.listen(socket))
  if (isFile) chmodSync(socket, 0o600)
  return { close: () => closeServer(server) }
}

function sharedOptions({ service, log, pagesFolder, timeouts }: ServeOptions) {
  const references = new References(service.userState.referenceKey(), service.places)
  for (const { folder } of service.userState.recentProjects()) {
    service.places.grant(folder)
    references.issue(folder)
  }
  for (const root of service.places.roots) references.issue(root)
  for (const folder of service.projects.folders()) references.issue(folder)
  return {
    service,
    references,
    pages: new Pages(path.resolve(pagesFolder ?? builtPages)),
    onDefect: (error: unknown) => log.error({ err: error }, 'a request failed'),
    ...(timeouts && { timeouts }),
  }
}

async function listening(server: Server, listen: () => void): Promise<void> {
  const failed = once(server, 'error')
  const ready = once(server, 'listening')
  listen()
  const first: unknown = await Promise.race([ready.then(() => null), failed.then(([error]) => error as unknown)])
  if (first === null) return
  const code = first instanceof Error && 'code' in first ? first.code : ''
  if (code === 'EADDRINUSE') {
    throw new MendError('port-taken', 'another program listens on this port', 'name another one with --port', {
      cause: first,
    })
  }
  if (code === 'EACCES') {
    throw new MendError('port-not-allowed', 'this port is reserved', 'name one above 1023 with --port', {
      cause: first,
    })
  }
  throw first
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs)
  await closed
  clearTimeout(cut)
  await closeMedia()
}
