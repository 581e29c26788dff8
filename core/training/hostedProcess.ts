import { createInterface } from 'node:readline'
import { MendError } from '../dataset/mendError.ts'
import type { TrainerCommand, TrainerEvent } from './protocol.ts'

/** Tells the host; see protocol.ts. */
export function emit(event: TrainerEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

/** Hears the host's commands; a closed standard input means that the host has gone, and is a `stop`. */
export function onCommand(obey: (command: TrainerCommand['command']) => void): void {
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => obey((JSON.parse(line) as TrainerCommand).command))
  lines.on('close', () => obey('stop'))
}

/**
 * The main program of a process that a host owns: works on the folder that the command line names. An error that it ends
 * with becomes the event `failed`; what is no MendError has `afterCrash` as its hint and its stack on standard error.
 */
export async function runHosted(work: (folder: string) => Promise<void>, afterCrash: string): Promise<void> {
  const [, script, folder] = process.argv
  try {
    if (!folder) throw new MendError('usage', 'no folder is named', `node ${script} FOLDER`)
    await work(folder)
  } catch (error) {
    const known = error instanceof MendError
    if (!known) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    emit({
      event: 'failed',
      code: known ? error.code : 'trainer-crashed',
      message: error instanceof Error ? error.message : String(error),
      hint: known ? error.hint : afterCrash,
    })
    process.exitCode = 1
  }
  process.stdin.destroy()
}
