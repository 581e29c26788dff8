import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { batchNorm, normaliseBy } from './batchNorm.ts'
import { loadWebAssembly } from './wasm/webAssembly.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

/** Three images of 2×1 pixels and one channel: 1 3 | 5 7 | 100 300. */
const pixels = (): Tensor4D => tf.tensor4d([1, 3, 5, 7, 100, 300], [3, 2, 1, 1])
const one = (): Tensor => tf.ones([1])
const zero = (): Tensor => tf.zeros([1])
const ignore = (): void => undefined

function close(found: Tensor, expected: ArrayLike<number>, digits = 4): void {
  const values = found.dataSync()
  Array.from(expected).forEach((value, at) => expect(values[at], `entry ${at}`).toBeCloseTo(value, digits))
}

describe('batch normalisation', () => {
  it('goes by the images that count, and says their mean and variance', () => {
    // Of 1, 3, 5, 7: mean 4, variance (9 + 1 + 1 + 9) / 4 = 5.
    const rows = tf.tensor1d([1, 1, 0])
    let seen: number[] = []
    const y = batchNorm(pixels(), one(), zero(), rows, ({ mean, variance, any }) => {
      seen = [mean, variance, any].map((each) => each.dataSync()[0])
    })
    expect(seen[0]).toBeCloseTo(4, 5)
    expect(seen[1]).toBeCloseTo(5, 4)
    expect(seen[2]).toBe(1)
    const expected = [1, 3, 5, 7, 100, 300].map((value) => (value - 4) / Math.sqrt(5 + 1e-5))
    close(y, expected, 3)
  })

  it('is finite where no image counts, and says so', () => {
    let any = NaN
    const y = batchNorm(pixels(), one(), zero(), tf.zeros([3]), (statistics) => (any = statistics.any.dataSync()[0]))
    expect(any).toBe(0)
    expect([...y.dataSync()].every(Number.isFinite)).toBe(true)
  })

  it('by given statistics is a scale and a shift', () => {
    const statistics = { mean: tf.tensor1d([4]), variance: tf.tensor1d([3.99999]) }
    close(normaliseBy(pixels(), tf.tensor1d([2]), tf.tensor1d([10]), statistics), [7, 9, 11, 13, 106, 306])
  })

  it('has the gradient of the composed form, of images that count and of others', () => {
    const x = tf.randomNormal([4, 3, 2, 5], 0.5, 2, 'float32', 1) as Tensor4D
    const gamma = tf.randomNormal([5], 1, 0.3, 'float32', 2)
    const beta = tf.randomNormal([5], 0, 1, 'float32', 3)
    const target = tf.randomNormal([4, 3, 2, 5], 0, 1, 'float32', 4)
    const rows = tf.tensor1d([1, 0, 1, 1])
    const composed = (input: Tensor4D, gain: Tensor, offset: Tensor): Tensor => {
      const counted = tf.concat(
        [tf.slice(input, [0, 0, 0, 0], [1, 3, 2, 5]), tf.slice(input, [2, 0, 0, 0], [2, 3, 2, 5])],
        0,
      )
      const { mean, variance } = tf.moments(counted, [0, 1, 2])
      return tf.add(tf.mul(tf.mul(tf.sub(input, mean), tf.rsqrt(tf.add(variance, 1e-5))), gain), offset)
    }
    const own = (input: Tensor4D, gain: Tensor, offset: Tensor): Tensor => batchNorm(input, gain, offset, rows, ignore)
    const gradients = (form: typeof composed) =>
      tf.grads((input, gain, offset) => tf.sum(tf.mul(form(input as Tensor4D, gain, offset), target)))([x, gamma, beta])
    const [expected, found] = [gradients(composed), gradients(own)]
    found.forEach((gradient, at) => close(gradient, expected[at].dataSync(), 3))
  })
})
