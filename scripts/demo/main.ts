import path from 'node:path'
import { errorForPeople, exitStatus, Interrupted, statusOf } from '../../core/cli/exitStatus.ts'
import { Output } from '../../core/cli/output.ts'
import { Session } from '../../core/cli/session.ts'
import { withFileLock } from '../../core/tensor/engines/fileLock.mjs'
import { openInProcessClient } from '../../core/service/inProcessClient.ts'
import { runDataDemo } from './dataDemo.ts'
import { demoFolder, parseSettings, usage } from './settings.ts'
import { runSyntheticDemo } from './syntheticDemo.ts'
import { lockFile, openWorkspace } from './workspace.ts'

const root = path.resolve(import.meta.dirname, '..', '..')
const streams = { stdout: process.stdout, stderr: process.stderr }
const errors = new Output(streams, false)
const abort = new AbortController()
const interruptAgainAfterMs = 300

/** The first Ctrl+C ends the stage in order, another one, well after it, at once. */
function listenForInterrupts(): void {
  let interruptedAt = 0
  const interrupt = (): void => {
    if (abort.signal.aborted && performance.now() - interruptedAt > interruptAgainAfterMs) {
      process.exit(exitStatus.interrupted)
    }
    if (abort.signal.aborted) return
    interruptedAt = performance.now()
    process.stderr.write('\ninterrupted: finishing in order; once more ends at once\n')
    abort.abort()
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
}

async function main(args: readonly string[]): Promise<void> {
  const settings = parseSettings(args)
  if (settings === null) {
    process.stdout.write(usage)
    return
  }
  const folder = path.join(root, demoFolder(settings))
  const session = new Session(streams, abort.signal, () => Promise.resolve(openInProcessClient()))
  const work = async (): Promise<void> => {
    const workspace = await openWorkspace(folder, settings)
    try {
      if (settings.data === null) await runSyntheticDemo(session, settings, workspace)
      else await runDataDemo(session, settings.data, settings, workspace)
    } finally {
      await session.close()
    }
  }
  await withFileLock(path.join(folder, lockFile), 'the demo', work, (owner) =>
    errors.note(`another demo runs here (process ${owner.pid}); waiting for it`),
  )
}

listenForInterrupts()
try {
  await main(process.argv.slice(2))
} catch (error) {
  const known = abort.signal.aborted
    ? new Interrupted('the same command continues where this one stopped')
    : errorForPeople(error, 'demo')
  errors.error(known)
  process.exitCode = statusOf(known)
}
// What is left (a pool's idle worker, a signal handler) must not keep a finished demo alive once its output is out.
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
process.exit()
