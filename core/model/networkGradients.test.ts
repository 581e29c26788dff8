import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { Random } from '../synthetic/random.ts'
import { loadWebAssembly } from '../tensor/wasm/webAssembly.ts'
import { declareNetwork, network } from './network.ts'
import type { NetworkForm, TaskSchemas } from './network.ts'
import { Bound } from './scope.ts'
import type { PassFeeds } from './scope.ts'
import { isTrainable } from './weightNames.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

/** The coarsest maps still have 2×2 pixels: statistics of two or three values are steps, not slopes. */
const size = { height: 64, width: 48 }
const tasks: TaskSchemas = {
  mask: { kind: 'parts', parts: ['background', 'body', 'hat'], flip: [0, 1, 2] },
  look: { kind: 'attributes', attributes: ['red', 'large'] },
}

const forms: readonly NetworkForm[] = [
  { model: 'tiny', network: 'multi-head', norm: 'group' },
  { model: 'tiny-unet', network: 'multi-head', norm: 'group' },
  { model: 'tiny', network: 'multi-head', norm: 'batch' },
  { model: 'tiny', network: 'multi-head', norm: 'task-batch' },
  { model: 'tiny', network: 'single', norm: 'group' },
  { model: 'tiny', network: 'mtan', norm: 'group' },
  { model: 'tiny', network: 'astmt', norm: 'task-batch' },
  { model: 'tiny', network: 'rcm', norm: 'group' },
  { model: 'tiny', network: 'sfg', norm: 'group' },
  { model: 'hr-small', network: 'multi-head', norm: 'group' },
]
const labelOf = (form: NetworkForm): string =>
  typeof form === 'string' ? form : `${form.model} ${form.network} ${form.norm}`

describe('gradients of whole networks', () => {
  it.each(forms.map((form) => [labelOf(form), form] as const))('%s: as finite differences', (_, form) => {
    const declaration = declareNetwork(form, tasks, size, 3)
    const random = new Random(4)
    const noise = Float32Array.from({ length: declaration.noiseValues }, () => random.normal())
    const { weights } = declaration
    const trained = weights.filter(({ name }) => isTrainable(name))
    tf.tidy(() => {
      const fixed = Object.fromEntries(
        weights.map(({ name, shape, initial }) => [name, tf.tensor(initial, [...shape])]),
      )
      const images = tf.randomNormal([4, 64, 48, 3], 0, 1, 'float32', 1) as Tensor4D
      const rows = tf.tensor2d([1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 0], [3, 4])
      const feeds: PassFeeds = { rows, noise: tf.tensor1d(noise), temperature: tf.scalar(1.5) }
      const objective = (...values: Tensor[]): Tensor => {
        const own = Object.fromEntries(trained.map(({ name }, at) => [name, values[at]]))
        const raw = network(new Bound({ ...fixed, ...own }, feeds), form, tasks, images)
        // Images without a task's label have no part in its loss.
        const terms = Object.values(raw).map((output, task) => {
          const counts = tf.reshape(tf.slice(rows, [task + 1, 0], [1, -1]), [4, ...output.shape.slice(1).map(() => 1)])
          const wanted = tf.randomNormal(output.shape, 0, 1, 'float32', task + 5)
          return tf.mean(tf.mul(tf.mul(output, counts), wanted))
        })
        return tf.addN(terms)
      }
      const { grads } = tf.valueAndGrads(objective)(trained.map(({ name }) => fixed[name]))
      const gradients = grads.map((gradient) => gradient.dataSync<'float32'>())
      const length = Math.sqrt(gradients.reduce((sum, each) => each.reduce((of, value) => of + value ** 2, sum), 0))
      // Along the gradient the slope is its length, if it is the gradient.
      const moved = (step: number): number =>
        objective(
          ...trained.map(({ shape, initial }, at) =>
            tf.tensor(
              initial.map((value, index) => value + (step / length) * gradients[at][index]),
              [...shape],
            ),
          ),
        ).dataSync()[0]
      const step = 1e-4
      const measured = (moved(step) - moved(-step)) / (2 * step)
      expect(measured / length, `${measured} and ${length}`).toBeCloseTo(1, 1.5)
    })
  })
})
