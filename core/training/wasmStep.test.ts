import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { locateTensorflow } from '../tensor/engines/tensorflowLibrary.ts'
import { createEagerSession } from '../tensor/eagerSession.ts'
import { loadTensorflow } from '../tensor/tensorflow.ts'
import { loadWebAssembly } from '../tensor/wasm/webAssembly.ts'
import { differences, runSmallStep, smallStep } from './smallStep.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

describe('a training step on WebAssembly', () => {
  it.skipIf(!locateTensorflow().available).each(['tiny', 'tiny-unet', 'r18'] as const)(
    'of %s gives the outputs and the gradients that TensorFlow gives',
    { timeout: 120_000 },
    (model) => {
      const step = smallStep(model)
      tf.setBackend('wasm')
      const ours = runSmallStep(step)
      loadTensorflow()
      tf.setBackend('tensorflow')
      const reference = runSmallStep(step)
      expect([...ours.keys()].sort()).toEqual([...reference.keys()].sort())
      for (const { name, difference } of differences(ours, reference)) expect(difference, name).toBeLessThan(1e-4)
    },
  )

  it('gives the same numbers again, and keeps no tensor from step to step', { timeout: 120_000 }, () => {
    tf.setBackend('wasm')
    const { weights, programs, feeds } = smallStep('tiny')
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
