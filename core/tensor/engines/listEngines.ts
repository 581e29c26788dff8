import { createRequire } from 'node:module'
import { MendError } from '../../dataset/mendError.ts'
import { findCompiler } from './compileAddon.ts'
import { engineIds, type EngineId, type EngineReport } from './engineReport.ts'
import { mendHome } from './mendHome.mjs'
import { nvidiaDevice } from './nvidia.ts'
import type { ProbeAnswer } from './probeAnswer.ts'
import { keepProbe, readCachedProbe } from './probeCache.ts'
import { probeEngine, type ProbeOptions } from './probeEngine.ts'
import { isMusl } from './machinePlatform.ts'
import { tensorflowBuild, type TensorflowVariant } from './tensorflowBuild.ts'
import { locateTensorflow, type TensorflowLocation } from './tensorflowLibrary.ts'

export interface ListOptions {
  /** Probe anew, whatever an earlier probe found. */
  readonly fresh?: boolean
  /** With `fresh`: only this engine; the others as they were last found. */
  readonly only?: EngineId | undefined
  readonly home?: string
  readonly probe?: (id: EngineId, options: ProbeOptions) => Promise<ProbeAnswer>
}

/**
 * Every engine with why it can or cannot be used here and what to do about it, in the order of preference; the first that
 * `auto` considers is `selected`. Engines that are installed are probed in a process of their own; what was found is
 * remembered (probeCache.ts), so that the list usually takes milliseconds.
 */
export async function listEngines(options: ListOptions = {}): Promise<EngineReport[]> {
  const reports = await Promise.all(engineIds.map((id) => reportEngine(id, options)))
  const selected = reports.find((report) => report.automatic)?.id
  return reports.map((report) => ({ ...report, selected: report.id === selected }))
}

type Finding = Omit<EngineReport, 'id' | 'selected'>

async function reportEngine(id: EngineId, options: ListOptions): Promise<EngineReport> {
  return { id, ...(await find(id, options)), selected: false }
}

function find(id: EngineId, options: ListOptions): Promise<Finding> {
  switch (id) {
    case 'tensorflow-cuda':
      return findCuda(options)
    case 'webgpu':
      return findWebGpu(options)
    case 'tensorflow-cpu':
      return findTensorflowCpu(options)
    case 'wasm':
      return findWebAssembly(options)
  }
}

function unavailable(reason: string, device: string | null = null, version: string | null = null): Finding {
  return { available: false, reason, device, version, gpu: false, automatic: false }
}

async function probed(id: EngineId, library: string, addon: string | null, options: ListOptions): Promise<ProbeAnswer> {
  const { fresh = false, only, home = mendHome(), probe = probeEngine } = options
  const known = fresh && (only === undefined || only === id) ? null : readCachedProbe(id, library, home)
  if (known !== null) return known
  const answer = await probe(id, addon === null ? {} : { addon })
  keepProbe(id, library, answer, home)
  return answer
}

async function findCuda(options: ListOptions): Promise<Finding> {
  const location = locateTensorflow(options.home, 'cuda')
  const device = nvidiaDevice()
  const gpu = device === null ? 'no NVIDIA GPU was found' : `an NVIDIA GPU was found (${device})`
  if (tensorflowBuild(process.platform, process.arch, 'cuda') === null || isMusl()) {
    return unavailable(`${gpu}; TensorFlow on CUDA runs on Linux with x86-64 and glibc`, device)
  }
  if (!location.available || location.addon === null) {
    return unavailable(`${gpu}; ${await missing(location, 'cuda')}`, device, location.version)
  }
  const answer = await probed('tensorflow-cuda', location.addon, location.addon, options)
  if (!answer.works) return unavailable(`${answer.reason}; ${remedy('cuda')}`, device, answer.version)
  const { version } = answer
  if (answer.gpu) {
    const reason = 'trains on the GPU'
    return { available: true, reason, device: device ?? 'NVIDIA GPU', version, gpu: true, automatic: true }
  }
  const reason = `installed, but ${gpu}${detailOf(answer)}: it computes on the processor; the NVIDIA driver makes a GPU usable`
  return { available: true, reason, device: answer.device, version, gpu: false, automatic: false }
}

async function findWebGpu(options: ListOptions): Promise<Finding> {
  const library = packageFile('webgpu')
  if (library === null) return unavailable('the package of WebGPU is missing; "npm ci" installs it')
  const answer = await probed('webgpu', library, null, options)
  const { device, version } = answer
  if (!answer.works) {
    const hint =
      process.platform === 'linux'
        ? 'a GPU needs its Vulkan driver ("apt install libvulkan1 mesa-vulkan-drivers" on Debian and Ubuntu for AMD and Intel; NVIDIA’s driver brings its own)'
        : "update the GPU's driver"
    return unavailable(`${answer.reason}; ${hint}`, device, version)
  }
  if (answer.gpu) return { available: true, reason: 'trains on the GPU', device, version, gpu: true, automatic: true }
  const reason = 'a program that computes on the processor, no GPU: slow, and only taken with --engine webgpu'
  return { available: true, reason, device, version, gpu: false, automatic: false }
}

async function findTensorflowCpu(options: ListOptions): Promise<Finding> {
  const location = locateTensorflow(options.home)
  const isInstalled = location.available && location.addon !== null
  // The CUDA library computes on the processor as well: where it is alone, it serves for both.
  const used = isInstalled ? location : locateTensorflow(options.home, 'cuda')
  if (!used.available || used.addon === null) {
    return unavailable(await missing(location, 'cpu'), null, location.version)
  }
  const answer = await probed('tensorflow-cpu', used.addon, used.addon, options)
  if (!answer.works) {
    return unavailable(`${answer.reason}; ${remedy(isInstalled ? 'cpu' : 'cuda')}`, answer.device, answer.version)
  }
  const reason = isInstalled ? used.reason : `the CUDA library, on the processor; ${used.reason}`
  return {
    available: true,
    reason,
    device: answer.device,
    version: answer.version,
    gpu: false,
    automatic: isInstalled || !answer.gpu,
  }
}

async function findWebAssembly(options: ListOptions): Promise<Finding> {
  const library = packageFile('@tensorflow/tfjs-backend-wasm')
  if (library === null) return unavailable('the package of the WebAssembly backend is missing; "npm ci" installs it')
  const answer = await probed('wasm', library, null, options)
  const { device, version, works } = answer
  if (!works) return unavailable(`${answer.reason}; "npm ci" installs its package anew`, device, version)
  const reason = 'part of this program; slower than TensorFlow'
  return { available: true, reason, device, version, gpu: false, automatic: true }
}

/** What a library that is not there, or not whole, lacks, and what to do. */
async function missing(location: TensorflowLocation, variant: TensorflowVariant): Promise<string> {
  const size = variant === 'cuda' ? ' (3.4 GB to download)' : ''
  const install = `"mend engine install ${variant}" installs it${size}`
  if (tensorflowBuild(process.platform, process.arch, variant)?.kind !== 'wheel')
    return `${location.reason}; ${install}`
  try {
    await findCompiler()
    return `${location.reason}; ${install}`
  } catch (error) {
    if (!(error instanceof MendError)) throw error
    return `${location.reason}; ${error.message}: ${error.hint}`
  }
}

/** For an installed library that does not work. */
function remedy(variant: TensorflowVariant): string {
  return `"mend engine remove ${variant}" and "mend engine install ${variant}" make it anew`
}

/** What the library said of the GPU, in brackets after the probe's reason. */
function detailOf({ reason }: ProbeAnswer): string {
  const match = /\((.+)\)$/.exec(reason)
  return match === null ? '' : ` (${match[1]})`
}

function packageFile(name: string): string | null {
  try {
    return createRequire(import.meta.url).resolve(name)
  } catch {
    return null
  }
}
