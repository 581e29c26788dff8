import fs from 'node:fs'
import path from 'node:path'
import { MendError } from '../../dataset/mendError.ts'
import { compileAddon, findCompiler, runQuietly } from './compileAddon.ts'
import { assertDiskSpace } from './diskSpace.ts'
import { downloadFile } from './download.ts'
import type { OnEngineProgress } from './engineProgress.ts'
import { withFileLock } from './fileLock.mjs'
import { mendHome } from './mendHome.mjs'
import { findWheel } from './packageIndex.ts'
import { keptAs, tensorflowBuild, tensorflowVersion, type WheelBuild } from './tensorflowBuild.ts'
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
import { unpackEntries } from './unpackWheel.ts'

const maximumUnpackedBytes = 4e9
const spareBytes = 50e6

/**
 * Installs what is missing of the TensorFlow engine for this user and this checkout: the library from its wheel, the addon
 * from its source, the link in node_modules. Each finished step is kept, so an interrupted installation continues; two at
 * once take turns.
 *
 * @throws MendError `unsupported-platform`, `no-compiler`, `no-disk-space`, `no-network`, `download-damaged`,
 * `compile-failed` …
 */
export async function installEngine(
  kind: 'cpu',
  onProgress: OnEngineProgress,
  home: string = mendHome(),
): Promise<TensorflowLocation> {
  const present = locateTensorflow(home)
  if (present.available) return present
  const build = tensorflowBuild()
  if (build === null || isMusl()) {
    const platform = `${process.platform}-${process.arch}${isMusl() ? ' with musl' : ''}`
    throw new MendError(
      'unsupported-platform',
      `TensorFlow (${kind}) has no build for ${platform}`,
      'use linux-x64 with glibc',
    )
  }
  const install = async () => {
    if (build.kind === 'package') await installPackageBuild(onProgress)
    else await installWheelBuild(build, home, onProgress)
  }
  try {
    await withFileLock(path.join(home, 'locks', 'engine.lock'), 'installing TensorFlow', install, (owner) => {
      onProgress({ step: 'wait', message: `process ${owner.pid} is installing it; waiting for it` })
    })
  } catch (error) {
    throw storageError(error, home)
  }
  return locateTensorflow(home)
}

/** A full or read-only disk, said as such; any other error as it is. */
function storageError(error: unknown, home: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const hint = 'free 1.1 GB, or set MEND_HOME to a folder on a larger disk, and run the same command again'
    return new MendError('no-disk-space', `the disk of ${home} is full`, hint, { cause: error })
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const message = `cannot write to ${home}: ${error instanceof Error ? error.message : String(error)}`
    return new MendError('not-writable', message, 'set MEND_HOME to a folder of yours', { cause: error })
  }
  return error
}

async function installWheelBuild(build: WheelBuild, home: string, onProgress: OnEngineProgress): Promise<void> {
  const places = tensorflowPlaces(build, home)
  const addonIsMissing = !fs.existsSync(places.addon)
  // Without a compiler the download would be for nothing: look first.
  const compiler = addonIsMissing ? await findCompiler() : null
  if (!libraryIsComplete(places)) await installLibrary(build, places, home, onProgress)
  if (compiler !== null) await installAddon(compiler, build, places, onProgress)
  if (!addonIsLinked(places)) {
    onProgress({ step: 'link', message: 'linking the addon into node_modules' })
    linkAddon(places)
  }
}

async function installLibrary(
  build: WheelBuild,
  places: TensorflowPlaces,
  home: string,
  onProgress: OnEngineProgress,
): Promise<void> {
  const wheel = await fetchWheel(build, home, onProgress)
  const staging = `${places.libraryFolder}.staging`
  const files = await unpackEntries(
    wheel,
    staging,
    (name) => keptAs(name, build),
    maximumUnpackedBytes,
    (done, total) => {
      onProgress({ step: 'unpack', message: 'unpacking', doneBytes: done, totalBytes: total })
    },
  )
  const missing = build.libraries.filter((library) => !files.has(`lib/${library}`))
  if (missing.length > 0) {
    throw new MendError(
      'wheel-damaged',
      `${build.wheel} has no ${missing.join(', ')}`,
      'report it: the pinned wheel is wrong',
    )
  }
  const manifest: LibraryManifest = {
    version: tensorflowVersion,
    wheel: build.wheel,
    wheelSha256: build.sha256,
    files: Object.fromEntries(files),
  }
  fs.writeFileSync(path.join(staging, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  fs.rmSync(places.libraryFolder, { recursive: true, force: true })
  fs.renameSync(staging, places.libraryFolder)
  fs.rmSync(wheel)
}

async function fetchWheel(build: WheelBuild, home: string, onProgress: OnEngineProgress): Promise<string> {
  const downloads = path.join(home, 'downloads')
  const file = path.join(downloads, build.wheel)
  fs.mkdirSync(path.join(home, 'engines'), { recursive: true })
  fs.mkdirSync(downloads, { recursive: true })
  const arrived = sizeOf(file) + sizeOf(`${file}.part`)
  assertDiskSpace(home, Math.max(0, build.bytes - arrived) + build.unpackedBytes + spareBytes, 'TensorFlow')
  // A wheel that is whole already, from an interrupted run or put there by hand, needs no network.
  const needsAddress = sizeOf(file) !== build.bytes && sizeOf(`${file}.part`) !== build.bytes
  if (needsAddress) onProgress({ step: 'find', message: `looking for ${build.wheel}` })
  const address = needsAddress ? await findWheel(build.project, build.wheel, build.sha256) : { url: '', headers: {} }
  await downloadFile({
    ...address,
    file,
    bytes: build.bytes,
    sha256: build.sha256,
    onProgress: (step, doneBytes) => {
      const message = step === 'download' ? 'downloading' : 'checking its SHA-256'
      onProgress({ step, message, doneBytes, totalBytes: build.bytes })
    },
  })
  return file
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

/** Puts the addon where the package looks for it, in one step, so that no process ever finds half of it. */
export function linkAddon(places: TensorflowPlaces): void {
  fs.mkdirSync(path.dirname(places.link), { recursive: true })
  const temporary = `${places.link}.${process.pid}`
  fs.rmSync(temporary, { force: true })
  try {
    fs.symlinkSync(places.addon, temporary)
  } catch {
    // File systems without links, and Windows without the right to make them.
    fs.copyFileSync(places.addon, temporary)
  }
  fs.renameSync(temporary, places.link)
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

function isMusl(): boolean {
  if (process.platform !== 'linux') return false
  const report: unknown = process.report.getReport()
  const header = typeof report === 'object' && report !== null && 'header' in report ? report.header : null
  return typeof header === 'object' && header !== null && !('glibcVersionRuntime' in header)
}

function sizeOf(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
