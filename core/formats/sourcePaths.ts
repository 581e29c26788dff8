import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { MendError } from '../dataset/mendError.ts'

function refuse(root: string, relative: string, why: string): MendError {
  return new MendError(
    'path-outside-source',
    `${JSON.stringify(relative.slice(0, 200))} ${why} the source folder ${root}`,
    'A dataset may only name files inside its own folder; correct the annotation or copy the file there.',
  )
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** The real path of the deepest ancestor of `file` (or `file` itself) that exists. */
async function realAncestor(file: string): Promise<string> {
  for (let current = file; ; current = path.dirname(current)) {
    try {
      return await realpath(current)
    } catch (error) {
      const code = errorCode(error)
      if ((code !== 'ENOENT' && code !== 'ENOTDIR') || path.dirname(current) === current) throw error
    }
  }
}

/**
 * Joins a path that a dataset names to the dataset's folder. Both `/` and `\` separate. The answer may not exist (the
 * caller's open then says so); what does exist of it, after following symlinks, lies inside `root`.
 * @throws MendError `path-outside-source` for absolute paths, `..`, NUL, drive letters and symlinks that lead out;
 * `source-missing` where `root` does not exist.
 */
export async function resolveInside(root: string, relative: string): Promise<string> {
  if (relative.includes('\0')) throw refuse(root, relative, 'has a NUL byte and cannot lie in')
  if (/^[\\/]|^[A-Za-z]:/.test(relative)) throw refuse(root, relative, 'is an absolute path, not one in')
  const segments = relative.split(/[\\/]/).filter((segment) => segment !== '' && segment !== '.')
  if (segments.includes('..')) throw refuse(root, relative, 'leaves')
  const joined = path.join(root, ...segments)
  const [realRoot, real] = await Promise.all([
    realpath(root).catch((cause: unknown) => {
      throw new MendError('source-missing', `${root}: cannot be opened`, 'Give the folder of a dataset.', { cause })
    }),
    realAncestor(joined).catch((error: unknown) => {
      const code = errorCode(error)
      if (code === 'ELOOP' || code === 'ENAMETOOLONG') throw refuse(root, relative, 'cannot be resolved inside')
      throw error
    }),
  ])
  if (real !== realRoot && !real.startsWith(realRoot.endsWith(path.sep) ? realRoot : realRoot + path.sep)) {
    throw refuse(root, relative, 'is a link that leads out of')
  }
  return joined
}
