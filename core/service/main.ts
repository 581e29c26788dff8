import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { MendError } from '../dataset/mendError.ts'
import { serveDesktop } from './http/listen.ts'
import { openStudioService } from './http/studioService.ts'

/**
 * The service as the desktop's child: `node core/service/main.ts --socket PATH`. Its first line of standard input is
 * `{"session":…,"main":…}`, the secrets of http/gate.ts, which so are in no environment and no list of processes; it writes
 * one line, `{"event":"ready"}` or `{"event":"failed",code,message,hint}`, and ends in good order when its standard input
 * does: whoever started it is gone, or wants it to.
 */
const secretsLine = z.object({ session: z.string().min(32), main: z.string().min(32) })

function say(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

async function firstLine(lines: AsyncIterator<string>): Promise<z.infer<typeof secretsLine>> {
  const line = await lines.next()
  try {
    return secretsLine.parse(JSON.parse(line.done === true ? '' : line.value))
  } catch {
    throw new MendError('no-secrets', 'the first line of standard input is not {"session","main"}', 'start the desktop')
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { socket: { type: 'string' } } })
  if (values.socket === undefined) throw new MendError('usage', '--socket is missing', 'name a socket or a pipe')
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
  const secrets = await firstLine(lines)
  const { service, log } = openStudioService({ projects: [], roots: [] })
  const served = await serveDesktop({ service, log }, values.socket, secrets)
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'the service failed')
    process.exit(1)
  })
  say({ event: 'ready', pid: process.pid })
  log.info({ socket: values.socket }, 'serving the desktop')
  await ended(lines)
  await Promise.all([served.close(), service.close()])
}

/** Standard input has ended, or the process is asked to end. */
function ended(lines: AsyncIterator<string>): Promise<void> {
  return new Promise((end) => {
    const readOn = (): void => void lines.next().then(({ done }) => (done === true ? end() : readOn()))
    readOn()
    process.once('SIGTERM', () => end()).once('SIGINT', () => end())
  })
}

try {
  await main()
  process.exit(0)
} catch (error) {
  const known = error instanceof MendError
  const message = error instanceof Error ? error.message : String(error)
  say({
    event: 'failed',
    code: known ? error.code : 'internal-error',
    message,
    hint: known ? error.hint : 'the service’s log says more',
  })
  process.exit(1)
}
