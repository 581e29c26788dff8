/**
 * Where libtensorflow comes from on each platform: TensorFlow's Python wheels carry its C API. A wheel is pinned by name,
 * size and SHA-256; the index that offers it is only trusted for its address.
 */
export interface WheelBuild {
  readonly kind: 'wheel'
  /** Name of the installed folder; changes with anything that changes its content. */
  readonly folder: string
  readonly project: string
  readonly wheel: string
  readonly bytes: number
  readonly sha256: string
  readonly libraries: readonly string[]
  /** Bytes of what is kept, measured; for the check of disk space. */
  readonly unpackedBytes: number
  /** Whether this recipe has been run on such a machine. */
  readonly tested: boolean
}

/** The tfjs package's own download (TensorFlow 2.9 and a ready-made addon), into its own folder. Untested. */
export interface PackageBuild {
  readonly kind: 'package'
  readonly tested: false
}

export type TensorflowBuild = WheelBuild | PackageBuild

export const tensorflowVersion = '2.20.0'

const linuxLibraries = ['libtensorflow_framework.so.2', 'libtensorflow_cc.so.2']
const unpackedBytes = 782_000_000

const builds = new Map<string, TensorflowBuild>([
  [
    'linux-x64',
    {
      kind: 'wheel',
      folder: `tensorflow-${tensorflowVersion}-cpu-linux-x64`,
      project: 'tensorflow-cpu',
      wheel: 'tensorflow_cpu-2.20.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
      bytes: 258_989_246,
      sha256: 'c7a9224185818094ed95c4e114d3efe77241db35fbf0b75251fb2bf6222dd6a7',
      libraries: linuxLibraries,
      unpackedBytes,
      tested: true,
    },
  ],
  [
    'linux-arm64',
    {
      kind: 'wheel',
      folder: `tensorflow-${tensorflowVersion}-cpu-linux-arm64`,
      // On this platform the plain project is the CPU build.
      project: 'tensorflow',
      wheel: 'tensorflow-2.20.0-cp312-cp312-manylinux_2_17_aarch64.manylinux2014_aarch64.whl',
      bytes: 259_533_109,
      sha256: '2bfbfb3dd0e22bffc45fe1e922390d27753e99261fab8a882e802cf98a0e078f',
      libraries: linuxLibraries,
      unpackedBytes,
      tested: false,
    },
  ],
  [
    'darwin-arm64',
    {
      kind: 'wheel',
      folder: `tensorflow-${tensorflowVersion}-cpu-darwin-arm64`,
      project: 'tensorflow',
      wheel: 'tensorflow-2.20.0-cp312-cp312-macosx_12_0_arm64.whl',
      bytes: 200_540_302,
      sha256: '52b122f0232fd7ab10f28d537ce08470d0b6dcac7fff9685432daac7f8a06c8f',
      libraries: ['libtensorflow_framework.2.dylib', 'libtensorflow_cc.2.dylib'],
      unpackedBytes,
      tested: false,
    },
  ],
  ['darwin-x64', { kind: 'package', tested: false }],
  ['win32-x64', { kind: 'package', tested: false }],
])

/** @returns the build for a platform, `null` where TensorFlow has none. */
export function tensorflowBuild(
  platform: string = process.platform,
  architecture: string = process.arch,
): TensorflowBuild | null {
  return builds.get(`${platform}-${architecture}`) ?? null
}

/** The wheel's include folders that compiling the addon touches (`g++ -M`): 0.6 of 237 MB. */
const includePrefixes = [
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/ctstring',
  'tensorflow/include/tsl/platform/ctstring',
  'tensorflow/include/xla/tsl/c/',
]

/**
 * @param name of an entry of the wheel.
 * @returns its place in the installed folder, or null for what is not kept.
 */
export function keptAs(name: string, build: WheelBuild): string | null {
  if (name === 'tensorflow/THIRD_PARTY_NOTICES.txt') return 'THIRD_PARTY_NOTICES.txt'
  const library = build.libraries.find((file) => name === `tensorflow/${file}`)
  if (library !== undefined) return `lib/${library}`
  const isHeader = name.endsWith('.h') && includePrefixes.some((prefix) => name.startsWith(prefix))
  return isHeader ? name.slice('tensorflow/'.length) : null
}
