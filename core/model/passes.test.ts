import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { withShapes } from '../tensor/shapeBackend.ts'
import { loadWebAssembly } from '../tensor/wasm/webAssembly.ts'
import { groupTemperature } from './filterGroups.ts'
import { convolution } from './layers.ts'
import { declareNetwork } from './network.ts'
import type { NetworkForm, TaskSchemas } from './network.ts'
import { batchNormalisation } from './runningStatistics.ts'
import { Bound, Declaration, sharedStyle } from './scope.ts'
import type { LayerStyle } from './scope.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

const size = { height: 32, width: 32 }
const tasks: TaskSchemas = {
  mask: { kind: 'parts', parts: ['background', 'body', 'hat'], flip: [0, 1, 2] },
  look: { kind: 'attributes', attributes: ['red', 'large'] },
}

describe('running statistics', () => {
  const style: LayerStyle = { ...sharedStyle, norm: 'batch', tasks: ['mask', 'look'] }
  /** One channel, images of one pixel: 2, 6 and a repeat of the first that fills the batch. */
  const statistics = (task: string | null, rows: number[][], images = [2, 6, 2]): [mean: number, variance: number] => {
    const weights = { 'fixed/n/mean': tf.scalar(1).reshape([1]), 'fixed/n/variance': tf.scalar(2).reshape([1]) }
    const bound = new Bound(weights, { rows: tf.tensor2d(rows) })
    const x = tf.tensor4d(images, [3, 1, 1, 1])
    batchNormalisation(bound.styled({ ...style, task }), 'n', x, tf.ones([1]), tf.zeros([1]))
    const value = (name: string): number => bound.replaced.get(name)?.dataSync()[0] ?? NaN
    return [value('fixed/n/mean'), value('fixed/n/variance')]
  }

  it('follow the batch by a tenth, and images that only fill it leave them as they are', () => {
    // Of 2 and 6: mean 4, variance 4; 1 + (4 − 1)/10 and 2 + (4 − 2)/10.
    const rows = [
      [1, 1, 0],
      [1, 0, 0],
      [0, 0, 0],
    ]
    const [mean, variance] = statistics(null, rows)
    expect(mean).toBeCloseTo(1.3, 5)
    expect(variance).toBeCloseTo(2.2, 5)
    expect(statistics(null, rows, [2, 6, 1000])).toEqual([mean, variance])
  })

  it('of a task follow the images that have its label, and rest where none has', () => {
    const rows = [
      [1, 1, 0],
      [0, 1, 0],
      [0, 0, 0],
    ]
    const [mean, variance] = statistics('mask', rows)
    // Of 6 alone: mean 6, variance 0.
    expect(mean).toBeCloseTo(1.5, 5)
    expect(variance).toBeCloseTo(1.8, 5)
    expect(statistics('look', rows)).toEqual([1, 2])
  })
})

describe('a dilated convolution', () => {
  const images = (): Tensor4D => tf.randomNormal([2, 7, 5, 3], 0, 1, 'float32', 1) as Tensor4D
  const kernel = (): Tensor4D => tf.randomNormal([3, 3, 3, 4], 0, 1, 'float32', 2) as Tensor4D
  const ours = (x: Tensor4D, filter: Tensor, dilation: number): Tensor =>
    convolution(new Bound({ 'c/kernel': filter }), 'c', x, { filters: 4, kernel: 3, dilation })

  it.each([2, 3, 6, 18])('at a rate of %d is the engine’s own, also beyond the edges of the map', (rate) => {
    const expected = tf.conv2d(images(), kernel(), 1, 'same', 'NHWC', rate).dataSync()
    const found = ours(images(), kernel(), rate).dataSync()
    found.forEach((value, at) => expect(value).toBeCloseTo(expected[at], 4))
  })

  it('has a gradient, that of the sum over its taps', () => {
    const target = tf.randomNormal([2, 7, 5, 4], 0, 1, 'float32', 3)
    const x = images()
    const [gradient] = tf.grads((filter) => tf.sum(tf.mul(ours(x, filter, 2), target)))([kernel()])
    // ∂/∂k[i,j,c,o] = Σ x[b, y + 2(i−1), x + 2(j−1), c]·target[b,y,x,o]: the top left tap, by hand.
    const [given, wanted] = [x.arraySync(), target.arraySync() as number[][][][]]
    let expected = 0
    for (let b = 0; b < 2; b++) {
      for (let y = 2; y < 7; y++)
        for (let at = 2; at < 5; at++) expected += given[b][y - 2][at - 2][1] * wanted[b][y][at][3]
    }
    expect((gradient.arraySync() as number[][][][])[0][0][1][3]).toBeCloseTo(expected, 3)
  })
})

describe('weights and multiply-adds of one layer, counted by hand', () => {
  /** A 3×3 convolution of 16 to 32 channels with a stride of 2 on 8×8 pixels: 16 outputs of 32 channels. */
  const declared = (convolutionKind: LayerStyle['convolution']): Declaration => {
    const declaration = new Declaration(1)
    const style = { ...sharedStyle, convolution: convolutionKind, tasks: ['a', 'b', 'c'], task: 'b' }
    withShapes(() => {
      convolution(declaration.styled(style), 'c', tf.zeros([1, 8, 8, 16]), { filters: 32, kernel: 3, stride: 2 })
    })
    return declaration
  }
  const kernel = 3 * 3 * 16 * 32
  const plain = 4 * 4 * kernel

  it.each([
    ['plain', kernel, 0, plain, 0],
    ['adapted', kernel + 16 * 32, 0, plain + 4 * 4 * 16 * 32, 0],
    ['bank', 32 * 32 + 32, kernel, plain, 0],
    ['grouped', kernel + 32 * 4, 0, plain, 32 * 4],
  ] as const)('%s', (kind, parameters, fixed, macs, noise) => {
    const declaration = declared(kind)
    expect(declaration.parameters).toBe(parameters)
    expect(declaration.fixedValues).toBe(fixed)
    expect(declaration.macs).toBe(macs)
    expect(declaration.macsOf('b')).toBe(macs)
    expect(declaration.noiseValues).toBe(noise)
  })

  it('count a pass for each task, but the first layer, which all compute alike, once', () => {
    const macs = (form: NetworkForm): number => declareNetwork(form, tasks, size, 1).macs
    const heads = ['mask', 'look'].map((task) => declareNetwork('tiny', tasks, size, 1).macsOf(task))
    const trunk = macs('tiny') - heads[0] - heads[1]
    // The stem: 16×16 pixels of 16 channels, 7×7×3 taps.
    const stem = 16 * 16 * 16 * 7 * 7 * 3
    expect(macs({ model: 'tiny', network: 'multi-head', norm: 'batch' })).toBe(macs('tiny'))
    expect(macs({ model: 'tiny', network: 'single', norm: 'group' })).toBe(macs('tiny') + trunk)
    expect(macs({ model: 'tiny', network: 'multi-head', norm: 'task-batch' })).toBe(macs('tiny') + trunk - stem)
  })
})

describe('drawn filters', () => {
  it('grow colder in the course of a run: 2 at first, their geometric middle half way, 0.1 at the end', () => {
    expect(groupTemperature(0, 100)).toBe(2)
    expect(groupTemperature(50, 100)).toBeCloseTo(Math.sqrt(2 * 0.1), 6)
    expect(groupTemperature(100, 100)).toBeCloseTo(0.1, 6)
  })
})
