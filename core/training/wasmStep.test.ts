import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { locateTensorflow } from '../tensor/engines/tensorflowLibrary.ts'
import { declareNetwork } from '../model/network.ts'
import { Random } from '../synthetic/random.ts'
import { createEagerSession } from '../tensor/eagerSession.ts'
import type { FeedValues, Program, WeightSpecification } from '../tensor/program.ts'
import { loadTensorflow } from '../tensor/tensorflow.ts'
import { loadWebAssembly } from '../tensor/wasm/webAssembly.ts'
import type { ModelName } from './configuration.ts'
import { createTaskLoss } from './losses/createTaskLoss.ts'
import { squareTasks } from './smallSnapshot.ts'
import { predictionProgram, trainingProgram } from './step.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

const [batch, height, width] = [2, 32, 32]

interface Step {
  readonly weights: readonly WeightSpecification[]
  readonly programs: readonly Program[]
  readonly feeds: FeedValues
}

/** One model with every kind of task, on random pictures, slightly turned, with random labels. */
function stepOf(model: ModelName): Step {
  const geometry = { cropHeight: height, cropWidth: width, height: height / 4, width: width / 4 }
  const scale = { mean: Float32Array.of(0), deviation: Float32Array.of(1) }
  const losses = Object.values(squareTasks).map((schema) => createTaskLoss(schema, batch, geometry, scale))
  const options = { model, tasks: squareTasks, batch, height, width, clipNorm: 1 }
  const programs = [trainingProgram(options, losses), predictionProgram(options)]
  const { weights } = declareNetwork(model, squareTasks, { height, width }, 3)
  const random = new Random(9)
  const turn = [0.98, -0.2, 3.25, 0.2, 0.98, -2.75, 0, 0]
  const feeds = Object.fromEntries(
    Object.entries(programs[0].feeds).map(([name, { shape, dtype }]) => {
      const values = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform())
      if (name === 'images') return [name, Float32Array.from(values, (v) => v * 255)]
      if (name === 'transforms') return [name, Float32Array.from(values, (_, at) => turn[at % 8])]
      return [name, dtype === 'int32' ? Int32Array.from(values, Math.round) : Float32Array.from(values, (v) => v / 10)]
    }),
  )
  return { weights, programs, feeds }
}

/** Outputs of a step and of a prediction, and Adam's first slot: a tenth of the clipped gradient. */
function runOn(engine: 'wasm' | 'tensorflow', { weights, programs, feeds }: Step): Map<string, ArrayLike<number>> {
  if (engine === 'tensorflow') loadTensorflow()
  tf.setBackend(engine)
  const session = createEagerSession(weights, programs)
  const predicted = session.run('predict', { images: feeds['images'] })
  const outputs = session.run('train', feeds, { learningRate: 1e-3, step: 1, weightDecay: 1e-2 })
  const found = new Map<string, ArrayLike<number>>([...Object.entries(predicted), ...Object.entries(outputs)])
  for (const [name, values] of session.readState()) if (name.endsWith('/m')) found.set(name, values)
  session.dispose()
  return found
}

describe('a training step on WebAssembly', () => {
  it.skipIf(!locateTensorflow().available).each(['tiny', 'tiny-unet', 'r18'] as const)(
    'of %s gives the outputs and the gradients that TensorFlow gives',
    { timeout: 120_000 },
    (model) => {
      const step = stepOf(model)
      const ours = runOn('wasm', step)
      const reference = runOn('tensorflow', step)
      expect([...ours.keys()].sort()).toEqual([...reference.keys()].sort())
      for (const [name, expected] of reference) {
        const values = ours.get(name) ?? []
        expect(values.length, name).toBe(expected.length)
        let [largest, worst] = [1e-6, 0]
        for (let at = 0; at < expected.length; at++) {
          largest = Math.max(largest, Math.abs(expected[at]))
          worst = Math.max(worst, Math.abs(expected[at] - values[at]))
        }
        expect(worst / largest, name).toBeLessThan(1e-4)
      }
    },
  )

  it('gives the same numbers again, and keeps no tensor from step to step', { timeout: 120_000 }, () => {
    tf.setBackend('wasm')
    const { weights, programs, feeds } = stepOf('tiny')
    const runs = [1, 2].map(() => {
      const session = createEagerSession(weights, programs)
      const counts: number[] = []
      let objective = NaN
      for (let step = 1; step <= 4; step++) {
        objective = session.run('train', feeds, { learningRate: 1e-3, step, weightDecay: 0 })['objective'][0]
        counts.push(tf.memory().numTensors + tf.engine().backend.numDataIds())
      }
      session.dispose()
      return { objective, counts }
    })
    expect(runs[1].objective).toBe(runs[0].objective)
    expect(new Set(runs[0].counts).size).toBe(1)
  })
})
