import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { MendError } from '../../dataset/mendError.ts'
import type { Session } from '../session.ts'
import type { Verb } from '../verb.ts'
import { serveUntilInterrupted } from './serve.ts'

/** Runs the desktop until its last window is closed; an interrupt ends it in good order. */
async function runDesktop(session: Session, program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: 'inherit' })
  const end = (): void => void child.kill('SIGTERM')
  session.signal.addEventListener('abort', end, { once: true })
  try {
    const status = await new Promise<number | null>((settle, reject) => {
      child.once('error', reject)
      child.once('close', settle)
    })
    if (status === 0 || session.signal.aborted) return
    throw new MendError('desktop-failed', `the desktop ended with status ${status}`, 'mend serve opens it in a browser')
  } finally {
    session.signal.removeEventListener('abort', end)
  }
}

export const addOpen: Verb = (program, session) => {
  program
    .command('open')
    .description('open the studio on the desktop; where that cannot be, serve it to a browser')
    .argument('[project]', 'project to open, NAME.mend')
    .addHelpText('after', '\nExample:\n  mend open sample.mend\n')
    .action(async (project?: string) => {
      const { findDesktop } = await import('../../service/desktop/findDesktop.ts')
      const desktop = findDesktop()
      if ('program' in desktop) {
        const projects = project === undefined ? [] : [resolve(project)]
        await runDesktop(session, desktop.program, [...desktop.args, ...projects])
        return
      }
      const output = session.output(false)
      output.note(`No desktop: ${desktop.reason}. The studio opens in a browser.`)
      await serveUntilInterrupted(session, output, project === undefined ? [] : [project], { browser: true })
    })
}
