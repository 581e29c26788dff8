import type { Interface } from 'node:readline'
import { createInterface } from 'node:readline'
import { portNumber } from '../optionParsers.ts'
import type { Output } from '../output.ts'
import type { Session } from '../session.ts'
import type { Verb } from '../verb.ts'

interface Flags {
  readonly port?: number
  readonly root?: readonly string[]
  readonly json?: boolean
}

/** Serves the studio until the command is interrupted; on a terminal, Enter prints a fresh address. `browser`: opens one. */
export async function serveUntilInterrupted(
  session: Session,
  output: Output,
  projects: readonly string[],
  flags: Flags & { readonly browser?: boolean },
): Promise<void> {
  const { serveStudio } = await import('../../service/http/serveStudio.ts')
  const studio = await serveStudio({
    projects,
    roots: flags.root ?? [],
    port: flags.port,
    onBuild: () => output.note('building the pages (once)'),
  })
  try {
    tellAddress(output, studio.newAddress())
    if (flags.browser === true) {
      const { openBrowser } = await import('../../service/desktop/openBrowser.ts')
      openBrowser(studio.newAddress())
    }
    const lines = freshAddressOnEnter(output, () => studio.newAddress())
    await new Promise<void>((interrupted) => {
      if (session.signal.aborted) interrupted()
      session.signal.addEventListener('abort', () => interrupted(), { once: true })
    })
    lines?.close()
  } finally {
    await studio.close()
  }
}

function tellAddress(output: Output, address: string): void {
  output.event({ event: 'serving', address }, `Mend Studio: ${address}`)
  output.note('The address signs one browser in. Ctrl+C ends the service; runs keep a checkpoint.')
}

function freshAddressOnEnter(output: Output, newAddress: () => string): Interface | null {
  if (!process.stdin.isTTY || output.json) return null
  output.note('Enter prints an address for another browser.')
  return createInterface({ input: process.stdin }).on('line', () => output.event({}, `Mend Studio: ${newAddress()}`))
}

function addRoot(root: string, roots: readonly string[] = []): string[] {
  return [...roots, root]
}

export const addServe: Verb = (program, session) => {
  program
    .command('serve')
    .description('serve the studio to browsers of this machine, and print its address')
    .argument('[project...]', 'projects to open, NAME.mend')
    .option('--port <n>', 'port on 127.0.0.1 (default: a free one)', portNumber)
    .option(
      '--root <dir>',
      'folder that may be browsed for data; may be given again (default: the current one)',
      addRoot,
    )
    .option('--json', 'print NDJSON events')
    .addHelpText('after', '\nExample:\n  mend serve sample.mend --port 8123\n')
    .action((projects: string[], flags: Flags) =>
      serveUntilInterrupted(session, session.output(flags.json), projects, flags),
    )
}
