import { MendError } from '../dataset/mendError.ts'
import { AdaptiveSession } from '../tensor/adaptiveSession.ts'
import { createEagerSession } from '../tensor/eagerSession.ts'
import type { EngineId, EngineReport } from '../tensor/engines/engineReport.ts'
import { listEngines } from '../tensor/engines/listEngines.ts'
import { readNvidiaState } from '../tensor/engines/nvidia.ts'
import { locateTensorflow } from '../tensor/engines/tensorflowLibrary.ts'
import { useAddon } from '../tensor/engines/useAddon.ts'
import type { Program, Session, WeightSpecification } from '../tensor/program.ts'
import { currentTensorflow, loadTensorflow } from '../tensor/tensorflow.ts'
import { loadWebAssembly } from '../tensor/wasm/webAssembly.ts'
import { loadWebGpu } from '../tensor/webgpu/webGpu.ts'
import type { RunConfiguration } from './configuration.ts'
import { fasterFirst, type Workload } from './measureEngines.ts'

export interface ChosenEngine {
  readonly name: 'tensorflow' | 'webgpu' | 'wasm'
  readonly reason: string
  readonly device: string
}

/**
 * Makes the asked-for engine tfjs's backend. `auto` takes the first of the list of engines (listEngines.ts) that loads; where
 * the first two both have a claim, and a workload is given, the faster at it.
 *
 * @throws MendError `tensorflow-unavailable`, `webgpu-unavailable` or `webassembly-unavailable` when it cannot be had here.
 */
export async function chooseEngine(asked: RunConfiguration['engine'], workload?: Workload): Promise<ChosenEngine> {
  switch (asked) {
    case 'tensorflow':
      return chooseAskedTensorflow()
    case 'webgpu':
      return chooseWebGpu('asked for')
    case 'wasm':
      return chooseWebAssembly('asked for')
    case 'auto':
      return chooseFastest(workload)
  }
}

async function chooseFastest(workload: Workload | undefined): Promise<ChosenEngine> {
  const reports = await listEngines()
  const candidates = reports.filter((report) => report.automatic)
  const { order, said } = await fasterFirst(candidates, workload)
  const failures: string[] = []
  for (const { id } of order) {
    const reason = [said ?? reasonOf(id, reports), ...failures].join('; ')
    try {
      return await loadEngine(id, reason)
    } catch (error) {
      if (!(error instanceof MendError)) throw error
      failures.push(`${id} did not start: ${error.message} (${error.hint})`)
    }
  }
  throw new MendError(
    'engine-unavailable',
    `no engine can train here: ${failures.join('; ') || reports.map(({ id, reason }) => `${id}: ${reason}`).join('; ')}`,
    'mend engine list says what to do about each',
  )
}

/** Why an engine is taken: it is the fastest that works, or what the faster ones lack. */
function reasonOf(id: EngineId, reports: readonly EngineReport[]): string {
  if (id !== 'wasm') return 'the fastest engine that works here'
  const lacking = reports.find((report) => report.id === 'tensorflow-cpu')
  return `slower, but TensorFlow is not usable: ${lacking?.reason ?? 'it is not listed'}`
}

/** Makes one engine tfjs's backend. @throws MendError when it cannot be had here. */
export function loadEngine(id: EngineId, reason: string): Promise<ChosenEngine> {
  switch (id) {
    case 'tensorflow-cuda':
      return chooseTensorflow('cuda', reason)
    case 'tensorflow-cpu':
      return chooseTensorflow('cpu', reason)
    case 'webgpu':
      return chooseWebGpu(reason)
    case 'wasm':
      return chooseWebAssembly(reason)
  }
}

/** CUDA where it was found to use a GPU; else the processor's library, or CUDA's on the processor. */
async function chooseAskedTensorflow(): Promise<ChosenEngine> {
  const hasCuda = locateTensorflow(undefined, 'cuda').available
  const usesGpu = hasCuda && (await listEngines()).some(({ id, gpu }) => id === 'tensorflow-cuda' && gpu)
  return chooseTensorflow(usesGpu ? 'cuda' : 'cpu', 'asked for')
}

async function chooseTensorflow(wanted: 'cpu' | 'cuda', reason: string): Promise<ChosenEngine> {
  const variants = wanted === 'cuda' ? (['cuda'] as const) : (['cpu', 'cuda'] as const)
  const found = variants
    .map((variant) => ({ variant, addon: locateTensorflow(undefined, variant).addon }))
    .find(({ addon }) => addon !== null)
  if (found === undefined || found.addon === null) {
    const missing = locateTensorflow(undefined, wanted).reason
    throw new MendError(
      'tensorflow-unavailable',
      `TensorFlow cannot be loaded: ${missing}`,
      `run "mend engine install ${wanted}"`,
    )
  }
  useAddon(found.addon, found.variant)
  const { version, gpu } = loadTensorflow()
  const device = `TensorFlow ${version}, ${gpu ? `GPU (${await gpuName()})` : 'CPU'}`
  return { name: 'tensorflow', reason, device }
}

async function gpuName(): Promise<string> {
  const { gpus } = await readNvidiaState()
  return gpus?.[0]?.name ?? 'NVIDIA'
}

async function chooseWebGpu(reason: string): Promise<ChosenEngine> {
  const { version, device, software } = await loadWebGpu()
  const why = software ? `${reason}; no GPU, but a program that computes on the processor` : reason
  return { name: 'webgpu', reason: why, device: `WebGPU (tfjs ${version}), ${device}` }
}

async function chooseWebAssembly(reason: string): Promise<ChosenEngine> {
  const { version, simd } = await loadWebAssembly()
  return { name: 'wasm', reason, device: `WebAssembly (tfjs ${version}), one thread${simd ? '' : ', without SIMD'}` }
}

/**
 * On TensorFlow a session that traces what it can and says why it cannot trace the rest; the eager session on other engines,
 * which run kernel by kernel anyway.
 */
export function createSession(
  weights: readonly WeightSpecification[],
  programs: readonly Program[],
): { session: Session; fallback: string | null } {
  const tensorflow = currentTensorflow()
  if (!tensorflow) return { session: createEagerSession(weights, programs), fallback: null }
  const session = new AdaptiveSession(tensorflow, weights)
  return { session, fallback: session.add(programs) }
}
