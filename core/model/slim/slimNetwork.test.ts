import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { Random } from '../../synthetic/random.ts'
import { loadWebAssembly } from '../../tensor/wasm/webAssembly.ts'
import { declareNetwork, network } from '../network.ts'
import type { NetworkForm, TaskSchemas } from '../network.ts'
import { Bound } from '../scope.ts'
import { distillationLoss } from './distillation.ts'
import { costOf, searchWidths } from './search.ts'
import { slimCosts } from './slimCost.ts'
import { slimBlock } from './slimLayers.ts'
import { slimWidths, uniformWidths } from './widths.ts'
import type { SlimConfiguration } from './widths.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

const size = { height: 32, width: 32 }
const tasks: TaskSchemas = {
  mask: { kind: 'parts', parts: ['background', 'body', 'hat'], flip: [0, 1, 2] },
  look: { kind: 'attributes', attributes: ['red', 'large'] },
}
const names = Object.keys(tasks)
const formOf = (widths: SlimConfiguration): Exclude<NetworkForm, string> => ({
  model: 'slim-tiny',
  network: 'multi-head',
  norm: 'group',
  widths,
})
const mixed: SlimConfiguration = { encoder: 0.5, decoders: { mask: 0.75, look: 0.25 } }

describe('a controllable network', () => {
  it('has in a narrow first layer exactly the first groups of the wide one', () => {
    const kernel = tf.randomNormal([7, 7, 3, 16], 0, 0.2, 'float32', 1)
    const gamma = tf.randomNormal([16], 1, 0.3, 'float32', 2)
    const beta = tf.randomNormal([16], 0, 1, 'float32', 3)
    const images = tf.randomNormal([2, 32, 32, 3], 0, 1, 'float32', 4) as Tensor4D
    const scope = new Bound({ 'stem/kernel': kernel, 'stem/norm/gamma': gamma, 'stem/norm/beta': beta })
    const at = (width: (typeof slimWidths)[number]): Tensor4D =>
      slimBlock(scope, 'stem', images, { inputs: 3, filters: 16, width, kernel: 7, stride: 2, groupSize: 4 })
    const whole = at(1)
    for (const width of slimWidths) {
      const narrow = at(width)
      expect(narrow.shape).toEqual([2, 16, 16, 16 * width])
      expect(narrow.dataSync()).toEqual(tf.slice(whole, [0, 0, 0, 0], narrow.shape).dataSync())
    }
  })

  it('has one set of weights, whatever is computed of it', () => {
    const shapes = (widths: SlimConfiguration) =>
      declareNetwork(formOf(widths), tasks, size, 1).weights.map(({ name, shape }) => `${name} ${shape.join()}`)
    expect(shapes(mixed)).toEqual(shapes(uniformWidths(names, 1)))
  })

  it('gives finite outputs of the same shapes at mixed widths, and others than at full width', () => {
    const { weights } = declareNetwork(formOf(mixed), tasks, size, 1)
    tf.tidy(() => {
      const tensors = Object.fromEntries(weights.map((w) => [w.name, tf.tensor(w.initial.slice(), [...w.shape])]))
      const images = tf.randomNormal([2, 32, 32, 3], 0, 1, 'float32', 1) as Tensor4D
      const [narrow, wide] = [mixed, uniformWidths(names, 1)].map((widths) =>
        network(new Bound(tensors), formOf(widths), tasks, images),
      )
      expect(narrow['mask'].shape).toEqual([2, 8, 8, 3])
      expect(narrow['look'].shape).toEqual([2, 2])
      for (const task of names) {
        const values = narrow[task].dataSync()
        expect(values.every(Number.isFinite)).toBe(true)
        expect(values).not.toEqual(wide[task].dataSync())
      }
    })
  })
})

const { macs: cost, parameters } = slimCosts('slim-tiny', tasks, size)

describe('its cost', () => {
  const macsOf = (widths: SlimConfiguration): number => declareNetwork(formOf(widths), tasks, size, 1).macs

  it('of the encoder is that of its convolutions, by hand', () => {
    // Stem 16×16 · 7·7·3 · C; stages of two blocks on 8², 4², 2², 1² pixels, with C channels of 16, 32, 64, 128 at full width.
    const byHand = (width: number): number => {
      const [a, b, c, d] = [16, 32, 64, 128].map((channels) => channels * width)
      const stage = (pixels: number, from: number, to: number): number =>
        pixels * (9 * from * to + 3 * 9 * to * to + (from === to ? 0 : from * to))
      return 256 * 147 * a + stage(64, a, a) + stage(16, a, b) + stage(4, b, c) + stage(1, c, d)
    }
    for (const width of slimWidths) expect(cost.encoder(width)).toBe(byHand(width))
  })

  it('is that of the network that is then computed, within every budget', () => {
    const random = new Random(6)
    const [least, most] = [macsOf(uniformWidths(names, 0.25)), macsOf(uniformWidths(names, 1))]
    let former = 0
    for (let trial = 0; trial < 30; trial++) {
      const budget = least + ((most - least) * trial) / 29
      const found = searchWidths({ mask: random.uniform(), look: random.uniform() }, budget, cost)
      const alike = searchWidths({ mask: 1, look: 1 }, budget, cost)
      if ('minimumMacs' in found || 'minimumMacs' in alike) throw new Error('the budget is above the least')
      const { widths, macs } = found
      expect(macsOf(widths)).toBe(macs)
      expect(macs).toBeLessThanOrEqual(budget)
      expect(alike.macs).toBeGreaterThanOrEqual(former)
      former = alike.macs
    }
    expect(former).toBe(most)
  })
})

describe('its weights', () => {
  it('are used as far as layers are wide, by hand', () => {
    // Kernels and two values a channel for each normalisation; stages of two blocks, the first of which may have a shortcut.
    const byHand = (width: number): number => {
      const [a, b, c, d] = [16, 32, 64, 128].map((channels) => channels * width)
      const stage = (from: number, to: number): number =>
        9 * from * to + 27 * to * to + 8 * to + (from === to ? 0 : from * to + 2 * to)
      return 147 * a + 2 * a + stage(a, a) + stage(a, b) + stage(b, c) + stage(c, d)
    }
    for (const width of slimWidths) expect(parameters.encoder(width)).toBe(byHand(width))
  })

  it('are those that a network cut to its widths has, which computes the same', () => {
    const whole = declareNetwork(formOf(mixed), tasks, size, 1)
    const used = [...whole.used]
    expect(used.reduce((sum, [, taken]) => sum + taken.reduce((product, length) => product * length, 1), 0)).toBe(
      costOf(parameters, mixed),
    )
    tf.tidy(() => {
      const tensors = Object.fromEntries(whole.weights.map((w) => [w.name, tf.tensor(w.initial, [...w.shape])]))
      const cut = used.map(([name, taken]) => [
        name,
        tf.slice(
          tensors[name],
          taken.map(() => 0),
          [...taken],
        ),
      ])
      const images = tf.randomNormal([2, 32, 32, 3], 0, 1, 'float32', 1) as Tensor4D
      const [expected, found] = [tensors, Object.fromEntries(cut) as Record<string, Tensor>].map((weights) =>
        network(new Bound(weights), formOf(mixed), tasks, images),
      )
      for (const task of names) expect(found[task].dataSync()).toEqual(expected[task].dataSync())
      expect(used.map(([name]) => name)).not.toContain('projector/kernel')
    })
  })
})

describe('a network of one width', () => {
  it('is the part of that width, with nothing that only training in all widths needs', () => {
    const { widths: _, ...form } = { ...formOf(mixed), onlyWidth: 0.5 as const }
    const alone = declareNetwork(form, tasks, size, 1)
    expect(alone.macs).toBe(costOf(cost, uniformWidths(names, 0.5)))
    expect(alone.parameters).toBe(costOf(parameters, uniformWidths(names, 0.5)))
    const whole = declareNetwork(formOf(mixed), tasks, size, 1).weights.map(({ name }) => name)
    expect(alone.weights.map(({ name }) => name)).toEqual(whole.filter((name) => name !== 'projector/kernel'))
  })
})

describe('distillation', () => {
  const features = (seed: number): Tensor4D => tf.randomNormal([2, 3, 2, 8], 0, 1, 'float32', seed) as Tensor4D
  const identity = (): Tensor2D => tf.eye(8)

  it('is 0 for equal features and an identical projection, whatever their length, and 2 for unlike ones', () => {
    expect(distillationLoss(identity(), features(1), features(1)).dataSync()[0]).toBeCloseTo(0, 6)
    expect(distillationLoss(identity(), tf.mul(features(1), 3), features(1)).dataSync()[0]).toBeCloseTo(0, 6)
    const [one, other] = [0, 1].map((at) => tf.oneHot(tf.fill([2, 3, 2], at, 'int32'), 8).toFloat() as Tensor4D)
    expect(distillationLoss(identity(), one, other).dataSync()[0]).toBeCloseTo(2, 6)
  })

  it('moves the narrow features and the projection towards the wide ones, and leaves those as they are', () => {
    const loss = (projector: Tensor, narrow: Tensor, widest: Tensor): Tensor =>
      distillationLoss(projector as Tensor2D, narrow as Tensor4D, widest as Tensor4D)
    const [projector, narrow, widest] = tf.grads(loss)([identity(), features(1), features(2)])
    const size2 = (x: Tensor): number => tf.sum(tf.abs(x)).dataSync()[0]
    expect(size2(projector)).toBeGreaterThan(0.1)
    expect(size2(narrow)).toBeGreaterThan(0.1)
    expect(size2(widest)).toBe(0)
  })
})
