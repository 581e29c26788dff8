import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { mendHome } from './mendHome.mjs'
import { tensorflowBuild, tensorflowVersion, type TensorflowVariant, type WheelBuild } from './tensorflowBuild.ts'

/** Places of everything that belongs to a build, whether it is there or not. */
export interface TensorflowPlaces {
  /** The npm package tfjs-node-gpu, which has the addon's source. */
  readonly packageFolder: string
  /** Where the package looks for its addon; a link to `addon`. */
  readonly link: string
  /** Once a user: libraries, headers and their manifest. */
  readonly libraryFolder: string
  readonly libraryManifest: string
  /** Once a user and version of source and library. */
  readonly addonFolder: string
  readonly addon: string
}

export interface TensorflowLocation {
  readonly available: boolean
  /** Why it is not available, or where it lies. */
  readonly reason: string
  /** The compiled addon, null where there is none. */
  readonly addon: string | null
  /** Where the libraries lie, null where there are none. */
  readonly folder: string | null
  readonly version: string | null
}

/** What `manifest.json` beside the libraries records. */
export interface LibraryManifest {
  readonly version: string
  readonly wheel: string
  readonly wheelSha256: string
  /** Wheels installed beside it, with their SHA-256. */
  readonly beside?: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>
}

/** Counts up when the compiler's arguments change, so that addons made with the old ones are made again. */
const addonRecipe = 1

/** The addon's sources, in the npm package. */
export const addonSources = ['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc'] as const

/** The folder of the installed npm package; it is resolved, not loaded. */
export function tfjsNodePackageFolder(): string {
  return path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json'))
}

/**
 * @param home the user's folder (mendHome).
 * @throws Error when the npm package is not installed.
 */
export function tensorflowPlaces(build: WheelBuild, home: string = mendHome()): TensorflowPlaces {
  const packageFolder = tfjsNodePackageFolder()
  const engines = path.join(home, 'engines')
  const libraryFolder = path.join(engines, build.folder)
  const addonFolder = path.join(engines, `tfjs-addon-${sourceHash(packageFolder, build)}`)
  return {
    packageFolder,
    link: path.join(packageFolder, 'lib', 'napi-v8', 'tfjs_binding.node'),
    libraryFolder,
    libraryManifest: path.join(libraryFolder, 'manifest.json'),
    addonFolder,
    addon: path.join(addonFolder, 'tfjs_binding.node'),
  }
}

function sourceHash(packageFolder: string, build: WheelBuild): string {
  const hash = createHash('sha256').update(`${addonRecipe}\n${build.folder}\n`)
  for (const file of fs.readdirSync(path.join(packageFolder, 'binding')).sort()) {
    hash.update(`${file}\n`).update(fs.readFileSync(path.join(packageFolder, 'binding', file)))
  }
  return hash.digest('hex').slice(0, 12)
}

/** Whether the libraries are there, whole by name and size; hashes are checked when they are installed. */
export function libraryIsComplete(places: TensorflowPlaces): boolean {
  const manifest = readManifest(places.libraryManifest)
  if (manifest === null) return false
  return Object.entries(manifest.files).every(([place, { bytes }]) => {
    return fs.statSync(path.join(places.libraryFolder, place), { throwIfNoEntry: false })?.size === bytes
  })
}

function readManifest(file: string): LibraryManifest | null {
  try {
    const manifest: unknown = JSON.parse(fs.readFileSync(file, 'utf8'))
    const hasFiles =
      typeof manifest === 'object' && manifest !== null && 'files' in manifest && typeof manifest.files === 'object'
    return hasFiles ? (manifest as LibraryManifest) : null
  } catch {
    return null
  }
}

/** Whether the package in this checkout finds the addon of this user. */
export function addonIsLinked(places: TensorflowPlaces): boolean {
  try {
    if (fs.realpathSync(places.link) === fs.realpathSync(places.addon)) return true
    // Where links are not allowed, the addon is copied.
    return fs.readFileSync(places.link).equals(fs.readFileSync(places.addon))
  } catch {
    return false
  }
}

/**
 * Whether TensorFlow can be loaded here, from what lies on disk: 2 ms, nothing is loaded (probeEngine does that).
 */
export function locateTensorflow(home: string = mendHome(), variant: TensorflowVariant = 'cpu'): TensorflowLocation {
  const build = tensorflowBuild(process.platform, process.arch, variant)
  if (build === null) {
    const which = variant === 'cuda' ? 'TensorFlow on CUDA' : 'TensorFlow'
    return absent(`${which} has no build for ${process.platform}-${process.arch}`)
  }
  try {
    if (build.kind === 'package') return locatePackageBuild()
    const places = tensorflowPlaces(build, home)
    if (!libraryIsComplete(places))
      return absent(`libtensorflow${variant === 'cuda' ? ' for CUDA' : ''} is not installed`)
    if (!fs.existsSync(places.addon)) return absent('its addon is not compiled')
    if (!fs.existsSync(places.link)) return absent('its addon is not linked into node_modules')
    const folder = places.libraryFolder
    return {
      available: true,
      reason: `installed in ${folder}`,
      addon: places.addon,
      folder,
      version: tensorflowVersion,
    }
  } catch (error) {
    return absent(
      `@tensorflow/tfjs-node-gpu is not installed: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function locatePackageBuild(): TensorflowLocation {
  const folder = path.join(tfjsNodePackageFolder(), 'lib', 'napi-v8')
  const addon = path.join(folder, 'tfjs_binding.node')
  if (!fs.existsSync(addon)) return absent("tfjs-node-gpu's own library is not downloaded")
  return { available: true, reason: "tfjs-node-gpu's own library (untested)", addon, folder, version: '2.9.1' }
}

function absent(reason: string): TensorflowLocation {
  return { available: false, reason, addon: null, folder: null, version: null }
}
