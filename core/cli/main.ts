import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { runCommandLine } from './commandLine.ts'
import { exitStatus } from './exitStatus.ts'

const interruptAgainAfterMs = 300

/** The first Ctrl+C asks the work to end in order; another one, well after it, ends the process at once. */
function interruptSignal(): AbortSignal {
  const abort = new AbortController()
  let interruptedAt = 0
  const interrupt = (): void => {
    if (abort.signal.aborted && Date.now() - interruptedAt > interruptAgainAfterMs) process.exit(exitStatus.interrupted)
    if (abort.signal.aborted) return
    interruptedAt = Date.now()
    process.stderr.write('\nstopping in good order; Ctrl+C once more ends at once\n')
    abort.abort()
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  return abort.signal
}

// `mend … | head` closes the pipe early: that is the reader's right, and no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitStatus.done)
  throw error
})

const packageFile = new URL('../../package.json', import.meta.url)
const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(packageFile, 'utf8')))

process.exitCode = await runCommandLine(process.argv.slice(2), {
  streams: { stdout: process.stdout, stderr: process.stderr },
  version,
  signal: interruptSignal(),
  open: async () => (await import('../service/inProcessClient.ts')).openInProcessClient(),
})
// What is left (a pool's idle worker, a signal handler) must not keep a finished command alive once its output is out.
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
process.exit()
