import { MendError } from '../../dataset/mendError.ts'
import { findWheel, listFiles, networkReason, packageIndex, type IndexFile, type WheelAddress } from './packageIndex.ts'
import { compareVersions, isWithin, releaseNumbers } from './releaseVersion.ts'
import { readRemoteWheel, type WheelContents } from './remoteWheel.ts'
import { keptAs, keptOfCuda, tensorflowVersion, type WheelBuild } from './tensorflowBuild.ts'
import { parseWheelName, runsOn, type WheelPlatform } from './wheelName.ts'
import { extraRequirements, type Requirement } from './wheelRequirements.ts'

/** A wheel to install, resolved: which file, where it lies, and how large it is. */
export interface ChosenWheel {
  readonly project: string
  readonly version: string
  readonly wheel: string
  readonly address: WheelAddress
  readonly bytes: number
  readonly sha256: string
  /** Of the files that are kept. */
  readonly unpackedBytes: number
  /** Place in the installed folder of an entry that is kept, null for others. */
  readonly placeOf: (name: string) => string | null
}

/** Unpacked size over download, for the estimate where a server does not let one look: measured 1.4 … 2.3. */
const unpackedPerByte = 2.3

/**
 * The wheels of a build: its own, pinned, and, for CUDA, those that its metadata asks for, each in the newest version of the
 * range asked for that runs on this platform.
 *
 * @throws MendError `no-network`, `wheel-not-offered`, `index-mismatch`, `wheel-unreadable`.
 */
export async function resolveWheels(
  build: WheelBuild,
  platform: WheelPlatform,
  index: string = packageIndex(),
): Promise<ChosenWheel[]> {
  const address = await findWheel(build.project, build.wheel, build.sha256, index)
  const own = pinnedWheel(build, address)
  if (build.extra === null) return [own]
  const requirements = await requirementsOf(build, address, build.extra, platform, index)
  const beside = await Promise.all(requirements.map((requirement) => resolveWheel(requirement, platform, index)))
  return [own, ...beside]
}

/** The build's own wheel, as it is pinned. */
export function pinnedWheel(build: WheelBuild, address: WheelAddress): ChosenWheel {
  const { project, wheel, bytes, sha256, unpackedBytes } = build
  const placeOf = (name: string): string | null => keptAs(name, build)
  return { project, version: tensorflowVersion, wheel, address, bytes, sha256, unpackedBytes, placeOf }
}

async function requirementsOf(
  build: WheelBuild,
  address: WheelAddress,
  extra: string,
  { machine, system }: WheelPlatform,
  index: string,
): Promise<Requirement[]> {
  const file = (await listFiles(build.project, index)).find(({ name }) => name === build.wheel)
  const metadata = await metadataOf(build.wheel, address, build.bytes, file?.metadata ?? null)
  const values = { sys_platform: system, platform_system: 'Linux', platform_machine: machine, os_name: 'posix' }
  const requirements = extraRequirements(metadata, extra, values)
  if (requirements.length > 0) return requirements
  throw new MendError(
    'wheel-unreadable',
    `${build.wheel} names no wheels under its extra ${extra}`,
    'set PIP_INDEX_URL to an index that mirrors PyPI unchanged',
  )
}

/** The METADATA file alone where the index offers it (PEP 658), else from the end of the wheel. */
async function metadataOf(
  wheel: string,
  address: WheelAddress,
  bytes: number,
  alone: WheelAddress | null,
): Promise<string> {
  if (alone !== null) {
    try {
      const response = await fetch(alone.url, { headers: alone.headers, signal: AbortSignal.timeout(30_000) })
      if (response.ok) return await response.text()
    } catch {
      // The wheel itself has it too.
    }
  }
  return (await readRemoteWheel(wheel, address, bytes)).metadata
}

/** The newest released file of a project that is within the range and runs on the platform. */
function newestFit(
  files: readonly IndexFile[],
  { range }: Requirement,
  platform: WheelPlatform,
): { readonly file: IndexFile; readonly version: string } | null {
  const fitting = files.flatMap((file) => {
    const name = parseWheelName(file.name)
    if (name === null || file.yanked || file.sha256 === null) return []
    if (releaseNumbers(name.version) === null || !isWithin(name.version, range) || !runsOn(name, platform)) return []
    return [{ file, version: name.version }]
  })
  fitting.sort((a, b) => compareVersions(b.version, a.version))
  return fitting[0] ?? null
}

async function resolveWheel(requirement: Requirement, platform: WheelPlatform, index: string): Promise<ChosenWheel> {
  const { project, range } = requirement
  const found = newestFit(await listFiles(project, index), requirement, platform)
  if (found === null || found.file.sha256 === null) {
    throw new MendError(
      'wheel-not-offered',
      `the package index ${new URL(index).host} offers no ${project} ${range} for ${platform.machine} with its SHA-256`,
      'set PIP_INDEX_URL to an index that mirrors PyPI',
    )
  }
  const { file, version } = found
  const bytes = file.bytes ?? (await sizeOfRemote(file))
  const contents = await readRemoteWheel(file.name, file.address, bytes).catch(() => null)
  const unpackedBytes = contents === null ? bytes * unpackedPerByte : keptBytes(contents)
  const { name: wheel, address, sha256 } = file
  return { project, version, wheel, address, bytes, sha256: sha256 ?? '', unpackedBytes, placeOf: keptOfCuda }
}

function keptBytes({ entries }: WheelContents): number {
  return entries.reduce((sum, { name, bytes }) => sum + (keptOfCuda(name) === null ? 0 : bytes), 0)
}

async function sizeOfRemote({ name, address }: IndexFile): Promise<number> {
  try {
    const response = await fetch(address.url, {
      method: 'HEAD',
      headers: { ...address.headers, 'accept-encoding': 'identity' },
      signal: AbortSignal.timeout(30_000),
    })
    const length = Number(response.headers.get('content-length') ?? NaN)
    if (response.ok && Number.isInteger(length)) return length
    throw new Error(`HTTP ${response.status} without a length`)
  } catch (error) {
    throw new MendError(
      'no-network',
      `the size of ${name} cannot be had: ${networkReason(error)}`,
      'run the same command again, or set PIP_INDEX_URL to another index',
      { cause: error },
    )
  }
}
