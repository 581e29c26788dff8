import fs from 'node:fs'
import path from 'node:path'
import { MendError } from '../../dataset/mendError.ts'
import { withFileLock } from './fileLock.mjs'
import { stagingFolder } from './installPlan.ts'
import { linkAddon } from './linkAddon.ts'
import { mendHome } from './mendHome.mjs'
import { tensorflowBuild, type TensorflowVariant, type WheelBuild } from './tensorflowBuild.ts'
import { locateTensorflow, tensorflowPlaces } from './tensorflowLibrary.ts'

export interface RemovedEngine {
  readonly engine: TensorflowVariant
  /** Of the disk, bytes. */
  readonly freedBytes: number
  /** What was removed. */
  readonly folders: readonly string[]
}

/**
 * Removes the library of an engine, its addon and whatever an interrupted installation left, for this user. The other
 * variant stays, and is then what the package finds.
 *
 * @throws MendError `not-installed` where there is nothing to remove, `unsupported-platform` where it has no wheel.
 */
export async function removeEngine(variant: TensorflowVariant, home: string = mendHome()): Promise<RemovedEngine> {
  const build = tensorflowBuild(process.platform, process.arch, variant)
  if (build?.kind !== 'wheel') {
    throw new MendError(
      'unsupported-platform',
      `TensorFlow (${variant}) is not installed by this program on ${process.platform}-${process.arch}`,
      'npm ci removes what tfjs-node-gpu downloaded',
    )
  }
  return withFileLock(path.join(home, 'locks', 'engine.lock'), 'removing TensorFlow', () =>
    Promise.resolve(remove(build, home)),
  )
}

function remove(build: WheelBuild, home: string): RemovedEngine {
  const places = tensorflowPlaces(build, home)
  const staging = stagingFolder(places.libraryFolder)
  const candidates = [
    places.libraryFolder,
    staging,
    places.addonFolder,
    `${places.addonFolder}.staging`,
    ...downloadsOf(build, home),
  ]
  const folders = candidates.filter((folder) => fs.existsSync(folder))
  if (folders.length === 0) {
    throw new MendError(
      'not-installed',
      `TensorFlow (${build.variant}) is not installed in ${home}`,
      'mend engine list shows what is',
    )
  }
  const freedBytes = folders.reduce((sum, folder) => sum + sizeOnDisk(folder), 0)
  const wasLinked = pointsInto(places.link, places.addonFolder)
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true })
  if (wasLinked) relink(places.link, build, home)
  return { engine: build.variant, freedBytes, folders }
}

/** Wheels that wait to be unpacked; a library's neighbours are NVIDIA's. */
function downloadsOf(build: WheelBuild, home: string): string[] {
  const folder = path.join(home, 'downloads')
  if (!fs.existsSync(folder)) return []
  const isOurs = (name: string): boolean =>
    name.startsWith(build.wheel) || (build.variant === 'cuda' && /^nvidia_\w+-.*\.whl(\.part)?$/.test(name))
  return fs
    .readdirSync(folder)
    .filter(isOurs)
    .map((name) => path.join(folder, name))
}

function sizeOnDisk(entry: string): number {
  const status = fs.lstatSync(entry)
  if (!status.isDirectory()) return status.size
  return fs.readdirSync(entry).reduce((sum, name) => sum + sizeOnDisk(path.join(entry, name)), 0)
}

function pointsInto(link: string, folder: string): boolean {
  try {
    return path.resolve(path.dirname(link), fs.readlinkSync(link)).startsWith(folder)
  } catch {
    return false
  }
}

/** The link in node_modules leads nowhere now: to the other variant where there is one, else it goes too. */
function relink(link: string, { variant }: WheelBuild, home: string): void {
  fs.rmSync(link, { force: true })
  const other = tensorflowBuild(process.platform, process.arch, variant === 'cpu' ? 'cuda' : 'cpu')
  if (other?.kind !== 'wheel') return
  const places = tensorflowPlaces(other, home)
  if (!fs.existsSync(places.addon)) return
  linkAddon(places)
  if (!locateTensorflow(home, other.variant).available) fs.rmSync(link, { force: true })
}
