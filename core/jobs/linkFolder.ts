import { copyFile, link, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Gives a flat folder's files another name: hard links, or copies where the file system knows none. The new folder appears whole or
 * not at all. For files that nobody writes to.
 */
export async function linkFolder(from: string, to: string): Promise<void> {
  const partial = `${to}.partial-${process.pid}`
  try {
    await rm(partial, { recursive: true, force: true })
    await mkdir(partial, { recursive: true })
    for (const file of await readdir(from)) {
      await link(join(from, file), join(partial, file)).catch(() => copyFile(join(from, file), join(partial, file)))
    }
    await rename(partial, to)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw error
  }
}
