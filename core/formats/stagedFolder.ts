import { chmod, mkdir, mkdtemp, readdir, rename, rm, rmdir } from 'node:fs/promises'
import path from 'node:path'
import { MendError } from '../dataset/mendError.ts'

async function entriesOf(folder: string): Promise<readonly string[] | null> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new MendError(
      'output-unusable',
      `${folder}: cannot be used as the output folder`,
      'Name a folder that does not exist yet.',
      { cause: error },
    )
  }
}

/**
 * Makes a folder in one step: `fill` writes into a hidden sibling, which is renamed to `out` at the end. When `fill`
 * throws (or is aborted) the sibling is removed and `out` is as it was.
 * @throws MendError `output-exists` when `out` exists and is not an empty folder.
 */
export async function writeStaged<T>(out: string, fill: (folder: string) => Promise<T>): Promise<T> {
  const target = path.resolve(out)
  const entries = await entriesOf(target)
  if (entries !== null && entries.length > 0) {
    throw new MendError('output-exists', `${target}: is not empty`, 'Name a new folder, or empty this one first.')
  }
  await mkdir(path.dirname(target), { recursive: true })
  const staging = await mkdtemp(path.join(path.dirname(target), `.${path.basename(target)}.partial-`))
  try {
    // mkdtemp keeps others out; the finished export is an ordinary folder.
    await chmod(staging, 0o777 & ~process.umask())
    const result = await fill(staging)
    if (entries !== null) await rmdir(target)
    await rename(staging, target)
    return result
  } catch (error) {
    await rm(staging, { recursive: true, force: true })
    throw error
  }
}
