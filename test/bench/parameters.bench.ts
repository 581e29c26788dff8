import { createParameters } from '../../core/training/parameters/instanceParameters.ts'
import { loadTensorflow } from '../../core/tensor/tensorflow.ts'
import { createTracedSession } from '../../core/tensor/trace/tracedSession.ts'
import { defineBenchmark, interleavedMedians } from './benchmark.ts'
import type { BenchmarkMeasurement } from './benchmark.ts'
import { networkStep } from './step/networkStep.ts'

const tasks = 4
const counts = [1e3, 1e4, 1e5, 1e6]
const batch = 32

/** What a step does for the parameters of all its tasks, at `people` instances; milliseconds a step. */
function parameterWork(people: number): () => number {
  const all = Array.from({ length: tasks }, (_, task) =>
    createParameters({ people, components: 1, regression: task === 3, rate: 0.2, momentum: 0.5 }),
  )
  const rows = new Int32Array(batch)
  const weights = new Float32Array(batch)
  const losses = new Float32Array(batch)
  let turn = 0
  const steps = 500
  return () => {
    const started = performance.now()
    for (let step = 0; step < steps; step++) {
      turn += 1
      // Far apart, as in a shuffled epoch: each label is a cache miss.
      for (let b = 0; b < batch; b++) {
        rows[b] = (Math.imul(turn * batch + b, 0x9e3779b1) >>> 0) % people
        losses[b] = 0.5 + (b % 7) / 4
      }
      for (const parameters of all) {
        parameters.weights(rows, weights)
        parameters.update(rows, losses)
      }
    }
    return (performance.now() - started) / steps
  }
}

export default defineBenchmark({
  name: 'parameters',
  summary: `Instance-level parameters: added time of a step of tiny at 10³ … 10⁶ instances × ${tasks} tasks, and their memory`,
  run: async ({ args, log, useEngine }) => {
    const quick = args.includes('--quick')
    const tensorflow = loadTensorflow()
    useEngine(`tensorflow ${tensorflow.version}`)
    const step = networkStep({ model: 'tiny', height: 64, width: 32, batch })
    const session = createTracedSession(tensorflow, step.weights, step.programs)
    let number = 0
    const network = (): number => {
      const started = performance.now()
      for (let at = 0; at < 10; at++) {
        number += 1
        session.run('train', step.feeds, { learningRate: 1e-3, step: number, weightDecay: 0 })
      }
      return (performance.now() - started) / 10
    }
    const cases = Object.fromEntries(counts.map((people) => [String(people), parameterWork(people)]))
    const medians = await interleavedMedians({ network, ...cases }, quick ? 3 : 9)
    session.dispose()
    log(
      Object.entries(medians)
        .map(([name, ms]) => `${name}: ${ms.toFixed(4)} ms`)
        .join(', '),
    )
    const last = counts[counts.length - 1]
    return [
      { id: 'parameters.none', value: medians.network, unit: 'ms/step', better: 'lower' },
      ...counts.map((people): BenchmarkMeasurement => {
        const value = (100 * medians[String(people) as keyof typeof medians]) / medians.network
        return {
          id: `parameters.${people}×${tasks}.added`,
          value,
          unit: '%',
          better: 'lower',
          ...(people === last && { must: 1, aim: 0.1 }),
        }
      }),
      memoryRow(last),
    ]
  },
})

/** Bytes of what a checkpoint of the parameters holds: s and its momentum, for every label. */
function memoryRow(people: number): BenchmarkMeasurement {
  let bytes = 0
  for (let task = 0; task < tasks; task++) {
    const { s, v } = createParameters({ people, components: 1, regression: false, rate: 0.2, momentum: 0.5 }).state()
    bytes += s.byteLength + v.byteLength
  }
  return { id: `parameters.${people}×${tasks}.memory`, value: bytes / 1e6, unit: 'MB', better: 'lower', must: 32 }
}
