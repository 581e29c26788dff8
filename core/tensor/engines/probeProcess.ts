import os from 'node:os'
import { loadTensorflow } from '../tensorflow.ts'
import { loadWebAssembly } from '../wasm/webAssembly.ts'
import { loadWebGpu } from '../webgpu/webGpu.ts'
import { isEngineId, type EngineId } from './engineReport.ts'
import { fitDefect, probeFit } from './probeFit.ts'
import { probeMark, type ProbeAnswer } from './probeAnswer.ts'
import { useAddon } from './useAddon.ts'

/**
 * The throwaway process of probeEngine: `node probeProcess.ts ENGINE [ADDON]` loads the engine, does a tiny fit on it, prints
 * one marked line and ends. That it may crash is why it is a process.
 */
async function probe(id: EngineId, addon: string | null): Promise<ProbeAnswer> {
  try {
    const loaded = await load(id, addon)
    const defect = fitDefect(probeFit())
    return { works: defect === null, reason: defect ?? 'a small fit gave the known result', ...loaded }
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    return { works: false, reason, device: null, version: null, gpu: false }
  }
}

async function load(id: EngineId, addon: string | null): Promise<Omit<ProbeAnswer, 'works' | 'reason'>> {
  const processor = os.cpus()[0]?.model.trim() ?? process.arch
  if (id === 'wasm') {
    const { version } = await loadWebAssembly()
    return { device: processor, version, gpu: false }
  }
  if (id === 'webgpu') {
    const { version, device, software } = await loadWebGpu()
    return { device, version, gpu: !software }
  }
  // Why a GPU is not used is a warning of TensorFlow's: the parent reads it.
  if (id === 'tensorflow-cuda') process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1'
  if (addon !== null) useAddon(addon, id === 'tensorflow-cuda' ? 'cuda' : 'cpu')
  const { version, gpu } = loadTensorflow()
  return { device: gpu ? null : processor, version, gpu }
}

const [, , id = '', addon = null] = process.argv
const answer = isEngineId(id)
  ? await probe(id, addon)
  : { works: false, reason: `there is no engine "${id}"`, device: null, version: null, gpu: false }
process.stdout.write(`${probeMark}${JSON.stringify(answer)}\n`, () => process.exit(0))
