import fs from 'node:fs'
import { createRequire } from 'node:module'
import { engineIds, type EngineId, type EngineReport } from './engineReport.ts'
import { mendHome } from './mendHome.mjs'
import type { ProbeAnswer } from './probeAnswer.ts'
import { keepProbe, readCachedProbe } from './probeCache.ts'
import { probeEngine } from './probeEngine.ts'
import { locateTensorflow } from './tensorflowLibrary.ts'

export interface ListOptions {
  /** Probe anew, also what an earlier probe found to work. */
  readonly fresh?: boolean
  readonly home?: string
}

/**
 * Every engine with why it can or cannot be used here, in the order of preference; the first available one is `selected`,
 * which is what `--engine auto` takes. Engines that are installed are probed in a process of their own; a success is
 * remembered, so that the list usually takes milliseconds.
 */
export async function listEngines(options: ListOptions = {}): Promise<EngineReport[]> {
  const reports = await Promise.all(engineIds.map((id) => reportEngine(id, options)))
  const selected = reports.find((report) => report.available)?.id
  return reports.map((report) => ({ ...report, selected: report.id === selected }))
}

type Finding = Omit<EngineReport, 'id' | 'selected'>

async function reportEngine(id: EngineId, options: ListOptions): Promise<EngineReport> {
  const finding = id === 'tensorflow-cpu' ? await findTensorflowCpu(options) : await findOther(id, options)
  return { id, ...finding, selected: false }
}

async function findTensorflowCpu({ fresh = false, home = mendHome() }: ListOptions): Promise<Finding> {
  const location = locateTensorflow(home)
  if (!location.available || location.addon === null) {
    const reason = `${location.reason}; "mend engine install cpu" installs it`
    return { available: false, reason, device: null, version: location.version }
  }
  const cached = fresh ? null : readCachedProbe('tensorflow-cpu', location.addon, home)
  const answer = cached ?? (await probeEngine('tensorflow-cpu'))
  if (cached === null) keepProbe('tensorflow-cpu', location.addon, answer, home)
  return fromAnswer(answer, answer.works ? location.reason : answer.reason)
}

function fromAnswer(answer: ProbeAnswer, reason: string): Finding {
  return { available: answer.works, reason, device: answer.device, version: answer.version }
}

async function findOther(id: Exclude<EngineId, 'tensorflow-cpu'>, options: ListOptions): Promise<Finding> {
  if (id === 'tensorflow-cuda') return { available: false, reason: cudaReason(), device: nvidiaDevice(), version: null }
  if (id === 'webgpu') {
    return {
      available: false,
      reason: 'training on WebGPU is not offered in this version',
      device: null,
      version: null,
    }
  }
  return findWebAssembly(options)
}

async function findWebAssembly({ fresh = false, home = mendHome() }: ListOptions): Promise<Finding> {
  const library = webAssemblyLibrary()
  if (library === null) {
    const reason = 'the package of the WebAssembly backend is missing; the set-up installs it'
    return { available: false, reason, device: null, version: null }
  }
  const cached = fresh ? null : readCachedProbe('wasm', library, home)
  const answer = cached ?? (await probeEngine('wasm'))
  if (cached === null) keepProbe('wasm', library, answer, home)
  return fromAnswer(answer, answer.works ? 'part of this program; slower than TensorFlow' : answer.reason)
}

function webAssemblyLibrary(): string | null {
  try {
    return createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
  } catch {
    return null
  }
}

function cudaReason(): string {
  const device = nvidiaDevice()
  const found = device === null ? 'no NVIDIA GPU was found' : `an NVIDIA GPU was found (${device})`
  return `${found}; TensorFlow on CUDA is not offered in this version`
}

/** The first GPU's model as NVIDIA's Linux driver reports it. */
export function nvidiaDevice(folder = '/proc/driver/nvidia/gpus'): string | null {
  try {
    const [first] = fs.readdirSync(folder).sort()
    if (first === undefined) return null
    const information = fs.readFileSync(`${folder}/${first}/information`, 'utf8')
    return /^Model:\s*(.+)$/m.exec(information)?.[1].trim() ?? 'NVIDIA GPU'
  } catch {
    return null
  }
}
