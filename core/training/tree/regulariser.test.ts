import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { Random } from '../../synthetic/random.ts'
import { loadWebAssembly } from '../../tensor/wasm/webAssembly.ts'
import { activeCost, gumbelSoftmax, inactiveCost, regulariser, usageProbabilities } from './regulariser.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

const edges = (...layers: number[][][]): Tensor3D => tf.tensor3d(layers)
const own = [
  [1, 0],
  [0, 1],
]
const same = [
  [1, 0],
  [1, 0],
]
const affinity = (): Tensor2D => tf.ones([2, 2])
const both = (): Tensor1D => tf.ones([2])
const number = (scalar: Tensor): number => scalar.dataSync()[0]

describe('the usage of nodes', () => {
  it('is certain below the heads’ own nodes, and follows the shares down the tree', () => {
    const found = usageProbabilities(
      edges(
        [
          [0.8, 0.2],
          [0.4, 0.6],
        ],
        [
          [1, 0],
          [0.5, 0.5],
        ],
      ),
    )
    // Above: 1 − (1−1)(1−.5) = 1 and 1 − (1−0)(1−.5) = .5; below: 1 − (1−.8)(1−.5·.4) = .84 and 1 − (1−.2)(1−.5·.6) = .44.
    expect([...found[1].dataSync()].map((p) => p.toFixed(5))).toEqual(['1.00000', '0.50000'])
    expect([...found[0].dataSync()].map((p) => p.toFixed(5))).toEqual(['0.84000', '0.44000'])
  })
})

describe('what is not shared', () => {
  it('costs two active tasks of two layers 2 where they go apart, and nothing together', () => {
    expect(number(activeCost(edges(own, own), affinity(), both()))).toBeCloseTo(2, 6)
    expect(number(activeCost(edges(same, same), affinity(), both()))).toBe(0)
    // Apart above alone, where the weight is (L − l)/L = 0.
    expect(number(activeCost(edges(same, own), affinity(), both()))).toBe(0)
  })

  it('costs in proportion to the tasks’ affinity, and nothing with a task that is not active', () => {
    const little = tf.tensor2d([1, 0.25, 0.25, 1], [2, 2])
    expect(number(activeCost(edges(own, own), little, both()))).toBeCloseTo(0.5, 6)
    expect(number(activeCost(edges(own, own), affinity(), tf.tensor1d([1, 0])))).toBe(0)
  })

  it('costs an inactive task its distance from the nearest active one', () => {
    const three = edges([
      [1, 0, 0],
      [0.6, 0.4, 0],
      [0, 1, 0],
    ])
    // From the second: to the first .16 + .16 = .32, to the third .36 + .36 = .72.
    expect(number(inactiveCost(three, tf.tensor1d([1, 0, 1])))).toBeCloseTo(0.32, 6)
    // And from the third, where the first alone is active: 2.
    expect(number(inactiveCost(three, tf.tensor1d([1, 0, 0])))).toBeCloseTo(2.32, 6)
    expect(number(inactiveCost(three, tf.tensor1d([1, 1, 1])))).toBe(0)
  })

  it('adds up with λ_A = 1 times frugality and λ_I = 0.1', () => {
    const one = tf.tensor1d([1, 0])
    expect(number(regulariser(edges(own, own), affinity(), both(), tf.scalar(0.25)))).toBeCloseTo(0.5, 6)
    // Two layers of distance 2.
    expect(number(regulariser(edges(own, own), affinity(), one, tf.scalar(1)))).toBeCloseTo(0.4, 6)
  })

  it('has the gradient of its finite differences', () => {
    const random = new Random(5)
    const logits = Float32Array.from({ length: 27 }, () => 2 * random.normal())
    const noise = tf.zeros([3, 3, 3]) as Tensor3D
    const alike = tf.tensor2d([1, 0.7, 0.4, 0.7, 1, 0.9, 0.4, 0.9, 1], [3, 3])
    const active = tf.tensor1d([1, 1, 0])
    const omega = (values: Tensor3D): Scalar =>
      regulariser(gumbelSoftmax(values, noise, tf.scalar(0.7)), alike, active, tf.scalar(0.8))
    const slopes = tf
      .grad((x: Tensor) => omega(x as Tensor3D))(tf.tensor3d(logits, [3, 3, 3]))
      .dataSync()
    const step = 1e-2
    const moved = (at: number, by: number): number => {
      const values = logits.slice()
      values[at] += by
      return number(omega(tf.tensor3d(values, [3, 3, 3])))
    }
    slopes.forEach((slope, at) => {
      expect(slope).toBeCloseTo((moved(at, step) - moved(at, -step)) / (2 * step), 3)
    })
    expect(Math.max(...slopes.map(Math.abs))).toBeGreaterThan(0.02)
  })
})

describe('drawn edges', () => {
  it('are shares, and at a low temperature one node, drawn with the probabilities of the logits', () => {
    const random = new Random(2)
    const count = 3000
    const gumbel = Float32Array.from({ length: count * 2 }, () => -Math.log(-Math.log(1e-9 + random.uniform())))
    const logits = tf.tile(tf.tensor3d([[[Math.log(3), 0]]]), [count, 1, 1]) as Tensor3D
    const drawn = gumbelSoftmax(logits, tf.tensor3d(gumbel, [count, 1, 2]), tf.scalar(0.01)).dataSync<'float32'>()
    const first = drawn.filter((_, at) => at % 2 === 0)
    const undecided = first.filter((each) => each > 0.1 && each < 0.9)
    expect(undecided.length / count).toBeLessThan(0.05)
    const share = first.reduce((sum, value) => sum + value, 0) / count
    expect(Math.abs(share - 0.75)).toBeLessThan(0.03)
  })
})
