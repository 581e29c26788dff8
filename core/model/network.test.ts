import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { modelNames, type ModelName } from '../training/configuration.ts'
import { withShapes } from '../tensor/shapeBackend.ts'
import { loadWebAssembly } from '../tensor/wasm/webAssembly.ts'
import { declareNetwork, network } from './network.ts'
import type { TaskSchemas } from './network.ts'
import { Bound, Declaration } from './scope.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

const size = { height: 32, width: 32 }
const tasks: TaskSchemas = {
  mask: { kind: 'parts', parts: ['background', 'body', 'hat'], flip: [0, 1, 2] },
  look: { kind: 'attributes', attributes: ['red', 'large'] },
}

/** Each declared once: drawing the 25 million weights of the largest takes seconds. */
const declared = new Map<ModelName, ReturnType<typeof declareNetwork>>()
function declarationOf(model: ModelName): ReturnType<typeof declareNetwork> {
  const found = declared.get(model) ?? declareNetwork(model, tasks, size, 1)
  declared.set(model, found)
  return found
}

describe('the networks', () => {
  it.each(modelNames)('%s gives maps at a quarter of the size', (model) => {
    withShapes(() => {
      const shapes = network(new Declaration(1), model, tasks, tf.zeros([2, 32, 32, 3]))
      expect(shapes['mask'].shape).toEqual([2, 8, 8, 3])
      expect(shapes['look'].shape).toEqual([2, 2])
    })
  })

  // The others have the same layers in larger sizes, which take seconds to draw.
  it.each(['tiny', 'tiny-unet', 'hr-small', 'slim-tiny', 'deeplab-r18'] as const)(
    '%s gives finite numbers',
    (model) => {
      const { weights } = declarationOf(model)
      tf.tidy(() => {
        const tensors = Object.fromEntries(weights.map((w) => [w.name, tf.tensor(w.initial.slice(), [...w.shape])]))
        const images = tf.randomNormal([2, 32, 32, 3], 0, 1, 'float32', 1) as tf.Tensor4D
        const outputs: Record<string, Tensor> = network(new Bound(tensors), model, tasks, images)
        expect(outputs['mask'].shape).toEqual([2, 8, 8, 3])
        expect(outputs['look'].shape).toEqual([2, 2])
        for (const output of Object.values(outputs)) expect(output.dataSync().every(Number.isFinite)).toBe(true)
      })
    },
  )

  it('r50 has the trunk of ResNet-50: 53 convolutions with as many normalisations, 23.5 million parameters', () => {
    const { weights } = declarationOf('r50')
    const trunk = weights.filter(({ name }) => /^(stem|stage)/.test(name))
    const kernels = trunk.filter(({ name }) => name.endsWith('/kernel'))
    expect(kernels.length).toBe(53)
    expect(trunk.filter(({ name }) => name.endsWith('/gamma')).length).toBe(53)
    // torchvision's resnet50 without its classifier: 25,557,032 − 2,049,000.
    expect(trunk.reduce((sum, { initial }) => sum + initial.length, 0)).toBe(23_508_032)
  })

  it('r18 has the trunk of ResNet-18, 11,176,512 parameters', () => {
    const { weights } = declarationOf('r18')
    const trunk = weights.filter(({ name }) => /^(stem|stage)/.test(name))
    expect(trunk.reduce((sum, { initial }) => sum + initial.length, 0)).toBe(11_176_512)
  })
})
