import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Split } from '../dataset/label.ts'
import { resolveInside } from './sourcePaths.ts'

const splitWords: readonly (readonly [RegExp, Split])[] = [
  [/train(?:ing)?/i, 'train'],
  [/val(?:id|idation)?(?![a-z])/i, 'val'],
  [/test/i, 'test'],
]

/** The split that a file or folder name tells, e.g. `instances_val2017.json`; null when none or several. */
export function splitOfName(name: string): Split | null {
  const found = splitWords.filter(([word]) => word.test(name)).map(([, split]) => split)
  return found.length === 1 ? found[0] : null
}

const maxFolders = 64
const maxLevels = 3

async function foldersOf(root: string, relative: string): Promise<readonly string[]> {
  let entries: Dirent[]
  try {
    entries = await readdir(path.join(root, relative), { withFileTypes: true })
  } catch {
    return []
  }
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
  return folders.map((entry) => (relative === '' ? entry.name : `${relative}/${entry.name}`)).sort()
}

/** Finds the pictures that an annotation file names, in whichever folder of the source they were put. */
export class PictureFinder {
  readonly #root: string
  readonly #folders: string[]

  private constructor(root: string, folders: string[]) {
    this.#root = root
    this.#folders = folders
  }

  /**
   * Lists the folders of a source (three levels, at most 64). With a split, folders named after it come first and those
   * of another split are left out, because both may have a picture of the same name.
   */
  static async open(root: string, split: Split | null): Promise<PictureFinder> {
    const folders = ['']
    let level: readonly string[] = ['']
    for (let depth = 0; depth < maxLevels && folders.length < maxFolders; depth++) {
      level = (await Promise.all(level.map((folder) => foldersOf(root, folder)))).flat().slice(0, maxFolders)
      folders.push(...level)
    }
    const fitting = folders.slice(0, maxFolders).filter((folder) => {
      const named = splitOfName(folder)
      return split === null || named === null || named === split
    })
    const own = (folder: string): number => (split !== null && splitOfName(folder) === split ? 0 : 1)
    return new PictureFinder(
      root,
      fitting.sort((a, b) => own(a) - own(b)),
    )
  }

  /**
   * The picture's path below the source, forward slashes; null when it is nowhere.
   * @throws MendError `path-outside-source` for a name that leaves the source.
   */
  async find(named: string): Promise<string | null> {
    const name = named.replaceAll('\\', '/')
    for (const [i, folder] of this.#folders.entries()) {
      const relative = path.posix.normalize(folder === '' ? name : `${folder}/${name}`)
      // The name is checked by itself: joined to a folder, `../x` would still lie inside the source.
      if (i === 0) await resolveInside(this.#root, name)
      const info = await stat(await resolveInside(this.#root, relative)).catch(() => null)
      if (info === null || !info.isFile()) continue
      if (i > 0) this.#folders.unshift(...this.#folders.splice(i, 1))
      return relative
    }
    return null
  }
}
