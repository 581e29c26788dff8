import os from 'node:os'
import { nvidiaDevice } from '../../core/tensor/engines/nvidia.ts'
import type { BenchmarkMachine } from '../../test/bench/benchmark.ts'

/** What the figures were measured on. */
export function thisMachine(engine: string | null): BenchmarkMachine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? process.arch,
    cores: os.availableParallelism(),
    gpu: nvidiaDevice(),
    node: process.versions.node,
    engine,
  }
}
