import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { constants, copyFile, mkdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { MendError } from '../dataset/mendError.ts'

/**
 * Checks a name that an export will use below one of its folders.
 * @throws MendError `export-name-unsafe` unless it is a relative path of plain segments with forward slashes.
 */
export function checkExportName(name: string): string {
  const segments = name.split('/')
  const plain = segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  if (!plain || /[\\\0]|^[A-Za-z]:/.test(name) || name.length > 1024) {
    throw new MendError(
      'export-name-unsafe',
      `${JSON.stringify(name.slice(0, 200))}: not a name for a picture inside an export`,
      'Names are relative, with forward slashes and without "..".',
    )
  }
  return name
}

/**
 * Copies a picture byte for byte to `folder/name` (sharing blocks where the file system can), making the folders
 * between them.
 * @throws MendError `picture-unreadable` when the original is gone, `export-name-taken` when the name is there already.
 */
export async function copyPicture(file: string, folder: string, name: string): Promise<void> {
  const target = path.join(folder, ...checkExportName(name).split('/'))
  try {
    await inFolder(target, () => copyFile(file, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL))
  } catch (error) {
    if (errorCode(error) === 'EEXIST') {
      throw new MendError('export-name-taken', `${name}: two pictures of the export have this name`, 'Rename one.')
    }
    throw new MendError(
      'picture-unreadable',
      `${file}: cannot be copied`,
      'Put the picture back, or remove it first.',
      {
        cause: error,
      },
    )
  }
}

const errorCode = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

/** Does `write`, which makes `target`; makes its folder and tries again only where that is missing. */
export async function inFolder(target: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    await mkdir(path.dirname(target), { recursive: true })
    await write()
  }
}

/** Larger files are hashed as a stream. */
const wholeBytes = 2 ** 22

/** SHA-256 (hexadecimal) and size of a file; at most 4 MiB of it are held. */
export async function hashFile(file: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256')
  if ((await stat(file)).size <= wholeBytes) {
    const content = await readFile(file)
    return { sha256: hash.update(content).digest('hex'), bytes: content.length }
  }
  let bytes = 0
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { sha256: hash.digest('hex'), bytes }
}
