/**
 * Where libtensorflow comes from on each platform: TensorFlow's Python wheels carry its C API. A wheel is pinned by name,
 * size and SHA-256; the index that offers it is only trusted for its address.
 */
export interface WheelBuild {
  readonly kind: 'wheel'
  readonly variant: TensorflowVariant
  /** Name of the installed folder; changes with anything that changes its content. */
  readonly folder: string
  readonly project: string
  readonly wheel: string
  readonly bytes: number
  readonly sha256: string
  readonly libraries: readonly string[]
  /** Bytes of what is kept of it, measured; for the check of disk space. */
  readonly unpackedBytes: number
  /** Names the further wheels that its metadata asks for and that are installed beside it, null for none. */
  readonly extra: string | null
  /** Whether this recipe has been run on such a machine. */
  readonly tested: boolean
}

/** The tfjs package's own download (TensorFlow 2.9 and a ready-made addon), into its own folder. Untested. */
export interface PackageBuild {
  readonly kind: 'package'
  readonly tested: false
}

export type TensorflowBuild = WheelBuild | PackageBuild

/** `cuda` runs on NVIDIA GPUs, and on the processor where there is none. */
export type TensorflowVariant = 'cpu' | 'cuda'

export const tensorflowVersion = '2.20.0'

const linuxLibraries = ['libtensorflow_framework.so.2', 'libtensorflow_cc.so.2']
const unpackedBytes = 782_000_000

const builds = new Map<string, TensorflowBuild>([
  [
    'linux-x64',
    {
      kind: 'wheel',
      variant: 'cpu',
      extra: null,
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
      variant: 'cpu',
      extra: null,
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
      variant: 'cpu',
      extra: null,
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
  [
    'linux-x64-cuda',
    {
      kind: 'wheel',
      variant: 'cuda',
      extra: 'and-cuda',
      folder: `tensorflow-${tensorflowVersion}-cuda-linux-x64`,
      project: 'tensorflow',
      wheel: 'tensorflow-2.20.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
      bytes: 620_682_547,
      sha256: '25265b0bc527e0d54b1e9cc60c44a24f44a809fe27666b905f0466471f9c52ec',
      libraries: linuxLibraries,
      unpackedBytes: 1_273_600_000,
      tested: true,
    },
  ],
  ['darwin-x64', { kind: 'package', tested: false }],
  ['win32-x64', { kind: 'package', tested: false }],
])

/** @returns the build for a platform, `null` where TensorFlow has none. */
export function tensorflowBuild(
  platform: string = process.platform,
  architecture: string = process.arch,
  variant: TensorflowVariant = 'cpu',
): TensorflowBuild | null {
  return builds.get(`${platform}-${architecture}${variant === 'cuda' ? '-cuda' : ''}`) ?? null
}

/** The wheel's include folders that compiling the addon touches (`g++ -M`): 0.6 of 237 MB. */
const includePrefixes = [
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/ctstring',
  'tensorflow/include/tsl/platform/ctstring',
  'tensorflow/include/xla/tsl/c/',
]

/**
 * @param name of an entry of a wheel that the build asks for besides, e.g. `nvidia/cudnn/lib/libcudnn.so.9`.
 * @returns its place in the installed folder, where libtensorflow's run path looks for it (`$ORIGIN/../nvidia/…`), or null for
 * what is not kept: libraries, the assembler ptxas with its bit code (kernels for GPUs newer than the library), licences.
 */
export function keptOfCuda(name: string): string | null {
  if (name.split('/').includes('..')) return null
  if (/^nvidia\/[\w.-]+\/lib\/[\w.-]+\.so(?:\.[\w.]+)?$/.test(name)) return name
  if (name === 'nvidia/cuda_nvcc/bin/ptxas' || /^nvidia\/cuda_nvcc\/nvvm\/libdevice\/[\w.-]+\.bc$/.test(name))
    return name
  const licence = /^([\w.-]+)\.dist-info\/(?:licenses\/)?License\.txt$/i.exec(name)
  return licence === null ? null : `licences/${licence[1]}.txt`
}

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
