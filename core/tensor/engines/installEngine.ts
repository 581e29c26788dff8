import fs from 'node:fs'
import path from 'node:path'
import { MendError } from '../../dataset/mendError.ts'
import { compileAddon, findCompiler, runQuietly } from './compileAddon.ts'
import { assertDiskSpace } from './diskSpace.ts'
import { downloadFile } from './download.ts'
import type { OnEngineProgress } from './engineProgress.ts'
import { withFileLock } from './fileLock.mjs'
import { buildToInstall, sizesOf, stagingFolder, wheelsOf } from './installPlan.ts'
import { linkAddon } from './linkAddon.ts'
import { mendHome } from './mendHome.mjs'
import { tensorflowVersion, type TensorflowVariant, type WheelBuild } from './tensorflowBuild.ts'
import {
  addonIsLinked,
  libraryIsComplete,
  locateTensorflow,
  tensorflowPlaces,
  tfjsNodePackageFolder,
  type LibraryManifest,
  type TensorflowLocation,
  type TensorflowPlaces,
} from './tensorflowLibrary.ts'
import { keepUnpacked, marksFolder, readUnpacked, type UnpackedFiles } from './unpackedWheel.ts'
import { unpackEntries, type UnpackedFile } from './unpackWheel.ts'
import { pinnedWheel, type ChosenWheel } from './wheelSet.ts'

const maximumUnpackedBytes = 6e9
const spareBytes = 50e6

/**
 * Installs what is missing of the TensorFlow engine for this user and this checkout: the library from its wheel (for CUDA,
 * with NVIDIA's libraries from theirs), the addon from its source, the link in node_modules. Each finished step is kept, so
 * an interrupted installation continues; two at once take turns.
 *
 * @throws MendError `unsupported-platform`, `no-compiler`, `no-disk-space`, `no-network`, `download-damaged`,
 * `compile-failed`, `cancelled` …
 */
export async function installEngine(
  variant: TensorflowVariant,
  onProgress: OnEngineProgress,
  home: string = mendHome(),
  signal?: AbortSignal,
): Promise<TensorflowLocation> {
  const present = locateTensorflow(home, variant)
  if (present.available) return present
  const build = buildToInstall(variant)
  const install = async () => {
    if (build.kind === 'package') await installPackageBuild(onProgress)
    else await installWheelBuild(build, home, onProgress, signal)
  }
  try {
    await withFileLock(path.join(home, 'locks', 'engine.lock'), 'installing TensorFlow', install, (owner) => {
      onProgress({ step: 'wait', message: `process ${owner.pid} is installing it; waiting for it` })
    })
  } catch (error) {
    throw storageError(error, home)
  }
  return locateTensorflow(home, variant)
}

/** A full or read-only disk, said as such; any other error as it is. */
function storageError(error: unknown, home: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const hint = 'free some space, or set MEND_HOME to a folder on a larger disk, and run the same command again'
    return new MendError('no-disk-space', `the disk of ${home} is full`, hint, { cause: error })
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const message = `cannot write to ${home}: ${error instanceof Error ? error.message : String(error)}`
    return new MendError('not-writable', message, 'set MEND_HOME to a folder of yours', { cause: error })
  }
  return error
}

async function installWheelBuild(
  build: WheelBuild,
  home: string,
  onProgress: OnEngineProgress,
  signal: AbortSignal | undefined,
): Promise<void> {
  const places = tensorflowPlaces(build, home)
  const addonIsMissing = !fs.existsSync(places.addon)
  // Without a compiler the download would be for nothing: look first.
  const compiler = addonIsMissing ? await findCompiler() : null
  if (!libraryIsComplete(places)) await installLibrary(build, places, home, onProgress, signal)
  if (compiler !== null) await installAddon(compiler, build, places, onProgress)
  // The trainer names its addon itself; the link is what the package finds without being told, and CUDA leaves it alone.
  const needsLink = build.variant === 'cpu' ? !addonIsLinked(places) : !fs.existsSync(places.link)
  if (needsLink) {
    onProgress({ step: 'link', message: 'linking the addon into node_modules' })
    linkAddon(places)
  }
}

async function installLibrary(
  build: WheelBuild,
  places: TensorflowPlaces,
  home: string,
  onProgress: OnEngineProgress,
  signal: AbortSignal | undefined,
): Promise<void> {
  fs.mkdirSync(path.join(home, 'engines'), { recursive: true })
  fs.mkdirSync(path.join(home, 'downloads'), { recursive: true })
  const staging = stagingFolder(places.libraryFolder)
  const wheels = await chooseWheels(build, home, onProgress)
  const { neededBytes } = sizesOf(wheels, places.libraryFolder, home)
  assertDiskSpace(home, neededBytes + spareBytes, build.variant === 'cuda' ? 'TensorFlow on CUDA' : 'TensorFlow')
  const files: Record<string, UnpackedFile> = {}
  for (const [index, wheel] of wheels.entries()) {
    const place = wheels.length === 1 ? '' : ` ${wheel.project} ${wheel.version} (${index + 1} of ${wheels.length})`
    Object.assign(files, await installWheel(wheel, staging, home, place, onProgress, signal))
  }
  const missing = build.libraries.filter((library) => !(`lib/${library}` in files))
  if (missing.length > 0) {
    throw new MendError(
      'wheel-damaged',
      `${build.wheel} has no ${missing.join(', ')}`,
      'report it: the pinned wheel is wrong',
    )
  }
  const [own, ...beside] = wheels
  const manifest: LibraryManifest = {
    version: tensorflowVersion,
    wheel: own.wheel,
    wheelSha256: own.sha256,
    beside: Object.fromEntries(beside.map(({ wheel, sha256 }) => [wheel, sha256])),
    files,
  }
  fs.writeFileSync(path.join(staging, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  fs.rmSync(path.join(staging, marksFolder), { recursive: true, force: true })
  fs.rmSync(places.libraryFolder, { recursive: true, force: true })
  fs.renameSync(staging, places.libraryFolder)
}

/** A pinned wheel that is whole already, from an interrupted run or put there by hand, needs no network. */
async function chooseWheels(build: WheelBuild, home: string, onProgress: OnEngineProgress): Promise<ChosenWheel[]> {
  const file = path.join(home, 'downloads', build.wheel)
  const isHere = sizeOf(file) === build.bytes || sizeOf(`${file}.part`) === build.bytes
  if (build.extra === null && isHere) return [pinnedWheel(build, { url: '', headers: {} })]
  onProgress({
    step: 'find',
    message: build.extra === null ? `looking for ${build.wheel}` : 'asking the package index what CUDA needs',
  })
  return wheelsOf(build)
}

/** Fetches, verifies and unpacks one wheel, then removes it. @returns what it put into the staging folder */
async function installWheel(
  chosen: ChosenWheel,
  staging: string,
  home: string,
  place: string,
  onProgress: OnEngineProgress,
  signal: AbortSignal | undefined,
): Promise<UnpackedFiles> {
  const { wheel, address, bytes, sha256, placeOf } = chosen
  const file = path.join(home, 'downloads', wheel)
  const before = readUnpacked(staging, wheel)
  if (before !== null) return before
  await downloadFile({
    ...address,
    file,
    bytes,
    sha256,
    signal,
    onProgress: (step, doneBytes) => {
      const message =
        step === 'download' ? `downloading${place}` : `checking the SHA-256${place === '' ? '' : ' of'}${place}`
      onProgress({ step, message, doneBytes, totalBytes: bytes })
    },
  })
  const unpacked = await unpackEntries(file, staging, placeOf, maximumUnpackedBytes, (done, total) => {
    signal?.throwIfAborted()
    onProgress({ step: 'unpack', message: `unpacking${place}`, doneBytes: done, totalBytes: total })
  })
  const files = Object.fromEntries(unpacked)
  keepUnpacked(staging, wheel, files)
  fs.rmSync(file)
  return files
}

async function installAddon(
  compiler: string,
  build: WheelBuild,
  places: TensorflowPlaces,
  onProgress: OnEngineProgress,
): Promise<void> {
  onProgress({ step: 'compile', message: `compiling the addon with ${compiler}, about 10 s` })
  const staging = `${places.addonFolder}.staging`
  fs.rmSync(staging, { recursive: true, force: true })
  fs.mkdirSync(staging, { recursive: true })
  await compileAddon(compiler, places, build.libraries, path.join(staging, 'tfjs_binding.node'))
  fs.rmSync(places.addonFolder, { recursive: true, force: true })
  fs.renameSync(staging, places.addonFolder)
}

/** Windows and Intel Macs: the package's own installer, TensorFlow 2.9 and a ready-made addon. Written, never run. */
async function installPackageBuild(onProgress: OnEngineProgress): Promise<void> {
  const folder = tfjsNodePackageFolder()
  onProgress({ step: 'download', message: "tfjs-node-gpu's own download (untested on this platform)" })
  const script = path.join(folder, 'scripts', 'install.js')
  const { status, output } = await runQuietly(process.execPath, [script, 'cpu', 'download'], process.env, 30 * 60_000)
  if (status === 0) return
  throw new MendError(
    'engine-install-failed',
    `tfjs-node-gpu's installer failed:\n${output.trim()}`,
    'see what it says above',
  )
}

function sizeOf(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
