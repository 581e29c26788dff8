import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync, statSync, type Stats } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import type { ChildPlace, PlaceEntry, PlaceList } from '../api/place.ts'
import { placeName } from '../api/place.ts'
import { MendError } from '../dataset/mendError.ts'

const entriesListed = 2000

/**
 * Which folders a client may see and name. *Roots* can be browsed; *granted* folders came from the command line, a native
 * dialog or the recent projects, and may be used without being offered for browsing. What counts is always where a path
 * really leads, so that no link gets out.
 */
export class Places {
  readonly #roots = new Set<string>()
  readonly #granted = new Set<string>()
  #restricted = false

  /** From here on only roots and what is granted count. Within a process (the command line) everything is the user's own. */
  restrict(): void {
    this.#restricted = true
  }

  /** Makes a folder browsable. */
  addRoot(folder: string): void {
    this.#roots.add(realPlace(path.resolve(folder)))
  }

  /** Allows a folder (with all in it) or a file to be used. */
  grant(folder: string): void {
    this.#granted.add(realPlace(path.resolve(folder)))
  }

  /** Grants what a person chose in a native dialog. @throws MendError `place-not-found` */
  choose(file: string): string {
    if (!path.isAbsolute(file) || file.includes('\0')) {
      throw new MendError('place-not-found', `${JSON.stringify(file)} is no absolute path`, 'choose it again')
    }
    this.grant(file)
    return path.normalize(file)
  }

  get roots(): readonly string[] {
    return [...this.#roots]
  }

  /** Whether the path, or where it would be made, lies in a root or in what was granted. */
  isAllowed(file: string): boolean {
    if (!path.isAbsolute(file) || file.includes('\0')) return false
    if (!this.#restricted) return true
    const real = realPlace(path.normalize(file))
    return [...this.#roots, ...this.#granted].some((folder) => isWithin(real, folder))
  }

  /** @throws MendError `place-not-allowed` */
  assertAllowed(file: string): void {
    if (this.isAllowed(file)) return
    throw new MendError(
      'place-not-allowed',
      `${file} is outside the folders that may be used here`,
      'start the service with --root FOLDER to allow another one',
    )
  }

  /** The roots, or the entries of a folder in them. @throws MendError `place-not-allowed`, `place-not-found` */
  list(folder: string | undefined): PlaceList {
    if (folder === undefined) {
      const entries = this.roots.flatMap((root) => describe(root, shown(root)) ?? [])
      return { current: null, trail: [], entries, leftOut: 0 }
    }
    this.assertAllowed(folder)
    const names = entryNames(folder)
    const entries = names
      .filter((name) => !name.startsWith('.'))
      .map((name) => path.join(folder, name))
      .filter((file) => this.isAllowed(file))
      .flatMap((file) => describe(file, path.basename(file)) ?? [])
      .sort(byKindAndName)
    const trail = this.#trail(folder)
    return {
      current: { place: folder, name: path.basename(folder) || folder, shownFolder: shown(folder) },
      trail,
      entries: entries.slice(0, entriesListed),
      leftOut: Math.max(0, entries.length - entriesListed),
    }
  }

  /** A file or folder to write to, which need not exist. @throws MendError `place-not-allowed`, `not-a-name` */
  child(folder: string, name: string): ChildPlace {
    const checked = placeName.safeParse(name)
    if (!checked.success) {
      throw new MendError('not-a-name', `"${name}" cannot be the name of a file`, 'use letters, digits and blanks')
    }
    const file = path.join(folder, checked.data)
    this.assertAllowed(folder)
    this.assertAllowed(file)
    return { place: file, name: checked.data, shownFolder: shown(file), exists: existsSync(file) }
  }

  /** From the outermost root that holds the folder. */
  #trail(folder: string): PlaceList['trail'] {
    const root = this.roots.filter((each) => isWithin(realPlace(folder), each)).sort((a, b) => a.length - b.length)[0]
    const trail: PlaceList['trail'] = []
    for (let at = folder; ; at = path.dirname(at)) {
      trail.unshift({ place: at, name: path.basename(at) || at })
      if (root === undefined || realPlace(at) === root || path.dirname(at) === at) return trail
    }
  }
}

/** A path for people: the home folder as ~. */
export function shown(file: string): string {
  const home = homedir()
  return isWithin(file, home) && home !== path.parse(home).root ? path.join('~', path.relative(home, file)) : file
}

export function isWithin(file: string, folder: string): boolean {
  const relative = path.relative(folder, file)
  return relative === '' || (relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative))
}

const linksFollowed = 40

/** Where the path really leads; of one that does not exist yet, where it would be made, through dangling links too. */
function realPlace(file: string, links = 0): string {
  try {
    return realpathSync(file)
  } catch {
    const parent = path.dirname(file)
    if (parent === file) return file
    const isLink = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true
    if (!isLink) return path.join(realPlace(parent, links), path.basename(file))
    // A ring of links leads nowhere: the root of the disk is allowed to nobody who was not given all of it.
    if (links === linksFollowed) return path.parse(file).root
    return realPlace(path.resolve(parent, readlinkSync(file)), links + 1)
  }
}

function entryNames(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    throw new MendError('place-not-found', `${folder} cannot be read`, 'choose another folder', { cause: error })
  }
}

/** Null for what vanished, cannot be read, or is neither file nor folder. */
function describe(file: string, name: string): PlaceEntry | null {
  let stats: Stats
  try {
    stats = statSync(file)
  } catch {
    return null
  }
  if (!stats.isDirectory() && !stats.isFile()) return null
  const isProject = stats.isDirectory() && existsSync(path.join(file, 'project.db'))
  const kind = stats.isFile() ? 'file' : isProject ? 'project' : 'folder'
  const size = stats.isFile() ? stats.size : null
  return { place: file, name, kind, size, modifiedAt: stats.mtime.toISOString() }
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

function byKindAndName(a: PlaceEntry, b: PlaceEntry): number {
  const files = Number(a.kind === 'file') - Number(b.kind === 'file')
  return files !== 0 ? files : collator.compare(a.name, b.name)
}
