import os from 'node:os'
import { loadTensorflow } from '../tensorflow.ts'
import { loadWebAssembly } from '../wasm/webAssembly.ts'
import { isEngineId, type EngineId } from './engineReport.ts'
import { fitDefect, probeFit } from './probeFit.ts'
import { probeMark, type ProbeAnswer } from './probeAnswer.ts'

/**
 * The throwaway process of probeEngine: `node probeProcess.ts ENGINE` loads the engine, does a tiny fit on it, prints one
 * marked line and ends. That it may crash is why it is a process.
 */
async function probe(id: EngineId): Promise<ProbeAnswer> {
  try {
    const { device, version } = await load(id)
    const defect = fitDefect(probeFit())
    return { works: defect === null, reason: defect ?? 'a small fit gave the known result', device, version }
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    return { works: false, reason, device: null, version: null }
  }
}

async function load(id: EngineId): Promise<{ device: string; version: string }> {
  const processor = os.cpus()[0]?.model.trim() ?? process.arch
  if (id === 'wasm') {
    const { version } = await loadWebAssembly()
    return { device: processor, version }
  }
  if (id === 'webgpu') throw new Error('WebGPU is not part of this version')
  const { version, gpu } = loadTensorflow()
  if (id === 'tensorflow-cuda' && !gpu) throw new Error('the installed TensorFlow runs on the CPU only')
  return { device: gpu ? 'GPU' : processor, version }
}

const id = process.argv[2] ?? ''
const answer = isEngineId(id)
  ? await probe(id)
  : { works: false, reason: `there is no engine "${id}"`, device: null, version: null }
process.stdout.write(`${probeMark}${JSON.stringify(answer)}\n`, () => process.exit(0))
