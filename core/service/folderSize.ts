import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'

/** Bytes of the files below a folder, without following links; 0 where there is none. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) bytes += await folderBytes(file)
    else bytes += await fileBytes(file)
  }
  return bytes
}

/** Bytes of a file; 0 where it is gone. */
export async function fileBytes(file: string): Promise<number> {
  const stats = await lstat(file).catch(() => null)
  return stats?.isFile() === true ? stats.size : 0
}
