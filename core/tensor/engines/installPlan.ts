import fs from 'node:fs'
import path from 'node:path'
import { MendError } from '../../dataset/mendError.ts'
import { isMusl, wheelPlatform } from './machinePlatform.ts'
import { mendHome } from './mendHome.mjs'
import { readUnpacked } from './unpackedWheel.ts'
import { tensorflowBuild, type PackageBuild, type TensorflowVariant, type WheelBuild } from './tensorflowBuild.ts'
import { libraryIsComplete, locateTensorflow, tensorflowPlaces } from './tensorflowLibrary.ts'
import { resolveWheels, type ChosenWheel } from './wheelSet.ts'

/** What installing an engine would fetch and where to, before anything is fetched. Sizes in bytes. */
export interface InstallPlan {
  readonly engine: TensorflowVariant
  /** Whether everything is there already. */
  readonly installed: boolean
  readonly folder: string | null
  readonly wheels: readonly {
    readonly project: string
    readonly version: string
    readonly wheel: string
    readonly bytes: number
    readonly unpackedBytes: number
    /** What an interrupted installation has fetched of it. */
    readonly arrivedBytes: number
  }[]
  readonly downloadBytes: number
  readonly unpackedBytes: number
  /** Needed at the worst moment, with what is there already taken off. */
  readonly neededBytes: number
  readonly freeBytes: number
}

/**
 * @returns the build that would be installed here.
 * @throws MendError `unsupported-platform`.
 */
export function buildToInstall(variant: TensorflowVariant): WheelBuild | PackageBuild {
  const build = tensorflowBuild(process.platform, process.arch, variant)
  if (build !== null && !isMusl()) return build
  const platform = `${process.platform}-${process.arch}${isMusl() ? ' with musl' : ''}`
  const hint =
    variant === 'cuda' && tensorflowBuild() !== null && !isMusl()
      ? 'install cpu here; on a GPU other than NVIDIA’s on Linux, WebGPU trains'
      : 'use linux-x64 with glibc; WebAssembly trains everywhere'
  throw new MendError('unsupported-platform', `TensorFlow (${variant}) has no build for ${platform}`, hint)
}

/**
 * What `install` would do here. For CUDA the package index is asked; nothing is written.
 * @throws MendError `unsupported-platform`, `no-network`, `wheel-not-offered` …
 */
export async function planInstall(variant: TensorflowVariant, home: string = mendHome()): Promise<InstallPlan> {
  const build = buildToInstall(variant)
  const freeBytes = freeSpace(home)
  const nothing = { engine: variant, wheels: [], downloadBytes: 0, unpackedBytes: 0, neededBytes: 0, freeBytes }
  const location = locateTensorflow(home, variant)
  if (location.available || build.kind === 'package') {
    return { ...nothing, installed: location.available, folder: location.folder }
  }
  const places = tensorflowPlaces(build, home)
  if (libraryIsComplete(places)) return { ...nothing, installed: false, folder: places.libraryFolder }
  const wheels = await wheelsOf(build)
  return { ...nothing, installed: false, folder: places.libraryFolder, ...sizesOf(wheels, places.libraryFolder, home) }
}

/** The wheels of a build, resolved for this machine; the pinned one alone needs no network. */
export async function wheelsOf(build: WheelBuild): Promise<ChosenWheel[]> {
  const platform = wheelPlatform() ?? { system: 'linux', machine: 'x86_64', glibcMinor: 17 }
  return resolveWheels(build, platform)
}

/** Sizes of a set of wheels, less what is there of them. */
export function sizesOf(
  wheels: readonly ChosenWheel[],
  libraryFolder: string,
  home: string,
): Pick<InstallPlan, 'wheels' | 'downloadBytes' | 'unpackedBytes' | 'neededBytes'> {
  const staging = stagingFolder(libraryFolder)
  const rows = wheels.map(({ project, version, wheel, bytes, unpackedBytes }) => {
    const isUnpacked = readUnpacked(staging, wheel) !== null
    const arrivedBytes = isUnpacked ? bytes : Math.min(bytes, arrived(path.join(home, 'downloads', wheel)))
    return { project, version, wheel, bytes, unpackedBytes, arrivedBytes, isUnpacked }
  })
  // A wheel is removed once it is unpacked: one at a time lies beside its files.
  const waiting = rows.filter((row) => !row.isUnpacked)
  const largest = Math.max(0, ...waiting.map((row) => row.bytes))
  const held = waiting.reduce((sum, row) => sum + row.arrivedBytes, 0)
  const unpacking = waiting.reduce((sum, row) => sum + row.unpackedBytes, 0)
  return {
    wheels: rows.map(({ isUnpacked: _, ...row }) => row),
    downloadBytes: rows.reduce((sum, row) => sum + row.bytes - row.arrivedBytes, 0),
    unpackedBytes: rows.reduce((sum, row) => sum + row.unpackedBytes, 0),
    neededBytes: unpacking + Math.max(0, largest - held),
  }
}

/** Where a library's files lie while it is being installed. */
export function stagingFolder(libraryFolder: string): string {
  return `${libraryFolder}.staging`
}

function arrived(file: string): number {
  const size = (name: string): number => fs.statSync(name, { throwIfNoEntry: false })?.size ?? 0
  return size(file) + size(`${file}.part`)
}

/** Free bytes of the disk that a folder, or the nearest that exists above it, lies on. */
function freeSpace(folder: string): number {
  let existing = path.resolve(folder)
  while (!fs.existsSync(existing) && path.dirname(existing) !== existing) existing = path.dirname(existing)
  const { bavail, bsize } = fs.statfsSync(existing)
  return bavail * bsize
}
