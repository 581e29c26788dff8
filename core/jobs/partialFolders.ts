import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isProcessAlive } from './processIdentity.ts'

/** Removes `FOLDER.partial-PID` siblings whose process was killed before it could finish or clean up. */
export async function removePartialFolders(folder: string): Promise<void> {
  const prefix = `${basename(folder)}.partial-`
  const names = await readdir(dirname(folder)).catch(() => [])
  for (const name of names) {
    const pid = Number(name.slice(prefix.length))
    if (!name.startsWith(prefix) || !Number.isInteger(pid) || pid <= 0 || isProcessAlive(pid)) continue
    await rm(join(dirname(folder), name), { recursive: true, force: true })
  }
}
