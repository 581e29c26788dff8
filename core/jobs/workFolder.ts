import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isProcessAlive } from './processIdentity.ts'

/** Folders that a process works in for a while, below a run's: KIND-PID-TIME. */
const kinds = ['predicting', 'evaluating', 'exporting'] as const
const name = new RegExp(`^(?:${kinds.join('|')})-(\\d+)-`)

/** Has work done in a folder of its own, which is gone afterwards; those whose process was killed go first. */
export async function withWorkFolder<T>(
  runFolder: string,
  kind: (typeof kinds)[number],
  work: (folder: string) => Promise<T>,
): Promise<T> {
  for (const entry of readdirSync(runFolder)) {
    const [, owner] = name.exec(entry) ?? []
    if (owner !== undefined && !isProcessAlive(Number(owner))) rmSync(join(runFolder, entry), { recursive: true })
  }
  const folder = join(runFolder, `${kind}-${process.pid}-${Date.now()}`)
  mkdirSync(folder)
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
