import fc from 'fast-check'
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { Random } from '../../synthetic/random.ts'
import { loadWebAssembly } from './webAssembly.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

type Shape4 = [number, number, number, number]

interface Case {
  readonly input: Shape4
  readonly filter: Shape4
  readonly strides: [number, number]
  readonly pad: 'same' | 'valid' | [[number, number], [number, number], [number, number], [number, number]]
  readonly seed: number
}

function values(shape: readonly number[], random: Random): Float64Array {
  // Single-precision values, so that both sides start from the same.
  return Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.fround(random.normal()))
}

/** Padding before the first row or column, and the number of outputs, by the definition of each kind of padding. */
function axis(
  size: number,
  filter: number,
  stride: number,
  pad: 'same' | 'valid' | [number, number],
): [number, number] {
  if (pad === 'valid') return [0, Math.floor((size - filter) / stride) + 1]
  if (pad === 'same') {
    const outputs = Math.ceil(size / stride)
    return [Math.floor(Math.max(0, (outputs - 1) * stride + filter - size) / 2), outputs]
  }
  return [pad[0], Math.floor((size + pad[0] + pad[1] - filter) / stride) + 1]
}

const padOf = (pad: Case['pad'], at: 1 | 2): 'same' | 'valid' | [number, number] =>
  typeof pad === 'string' ? pad : pad[at]

/** Calls back with the indices of every product x·filter → y of a convolution, by its definition. */
function eachProduct(c: Case, visit: (x: number, filter: number, y: number) => void): Shape4 {
  const [batch, height, width, channels] = c.input
  const [rows, columns, , filters] = c.filter
  const [top, outHeight] = axis(height, rows, c.strides[0], padOf(c.pad, 1))
  const [left, outWidth] = axis(width, columns, c.strides[1], padOf(c.pad, 2))
  for (let b = 0; b < batch; b++)
    for (let oy = 0; oy < outHeight; oy++)
      for (let ox = 0; ox < outWidth; ox++)
        for (let r = 0; r < rows; r++)
          for (let q = 0; q < columns; q++) {
            const [y, x] = [oy * c.strides[0] + r - top, ox * c.strides[1] + q - left]
            if (y < 0 || y >= height || x < 0 || x >= width) continue
            for (let i = 0; i < channels; i++)
              for (let f = 0; f < filters; f++)
                visit(
                  ((b * height + y) * width + x) * channels + i,
                  ((r * columns + q) * channels + i) * filters + f,
                  ((b * outHeight + oy) * outWidth + ox) * filters + f,
                )
          }
  return [batch, outHeight, outWidth, filters]
}

/** Within 1e-4 of the largest entry. */
function expectClose(actual: Tensor, expected: Float64Array): void {
  const found = actual.dataSync()
  expect(found.length).toBe(expected.length)
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6)
  const worst = expected.reduce((most, value, at) => Math.max(most, Math.abs(value - found[at])), 0)
  expect(worst / largest).toBeLessThan(1e-4)
}

const size = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max })
const pair = fc.tuple(size(0, 2), size(0, 2))
const convolutions: fc.Arbitrary<Case> = fc
  .record({
    input: fc.tuple(size(1, 3), size(1, 9), size(1, 9), size(1, 9)),
    filter: fc.tuple(size(1, 5), size(1, 5), fc.constant(0), size(1, 9)),
    strides: fc.oneof(fc.constant<[number, number]>([1, 1]), fc.tuple(size(1, 3), size(1, 3))),
    pad: fc.oneof(
      fc.constant('same' as const),
      fc.constant('valid' as const),
      fc.tuple(fc.constant<[number, number]>([0, 0]), pair, pair, fc.constant<[number, number]>([0, 0])),
    ),
    seed: size(0, 1e6),
  })
  .map((c) => ({ ...c, filter: [c.filter[0], c.filter[1], c.input[3], c.filter[3]] as Shape4 }))
  .filter((c) => {
    const outputs = [1, 2].map(
      (at) => axis(c.input[at], c.filter[at - 1], c.strides[at - 1], padOf(c.pad, at as 1 | 2))[1],
    )
    return Math.min(...outputs) >= 1
  })

describe('the gradients of a convolution on WebAssembly', () => {
  /** Both gradients of Σ slope·conv(x, filter), ours and by the definition. */
  function check(c: Case): void {
    const random = new Random(c.seed)
    const [x, filter] = [values(c.input, random), values(c.filter, random)]
    const shape = eachProduct(c, () => undefined)
    const slope = values(shape, random)
    const [dx, dFilter] = [new Float64Array(x.length), new Float64Array(filter.length)]
    eachProduct(c, (xAt, filterAt, yAt) => {
      dx[xAt] += filter[filterAt] * slope[yAt]
      dFilter[filterAt] += x[xAt] * slope[yAt]
    })
    tf.tidy(() => {
      const slopes = tf.tensor(Float32Array.from(slope), shape)
      const gradients = tf.grads((a: Tensor, b: Tensor) =>
        tf.sum(tf.mul(tf.conv2d(a as Tensor4D, b as Tensor4D, c.strides, c.pad), slopes)),
      )
      const [ours, oursFilter] = gradients([
        tf.tensor(Float32Array.from(x), c.input),
        tf.tensor(Float32Array.from(filter), c.filter),
      ])
      expectClose(ours, dx)
      expectClose(oursFilter, dFilter)
    })
  }

  it('are those of its definition for any shape, stride and padding', () => {
    fc.assert(fc.property(convolutions, check), { numRuns: 60, seed: 1 })
  })

  it('are so too where the patches are made in several parts', () => {
    // 112 × 80 outputs of 7 × 7 × 3 patches: 1.3 million values, two parts of at most 2²⁰.
    check({ input: [1, 224, 160, 3], filter: [7, 7, 3, 2], strides: [2, 2], pad: 'same', seed: 5 })
  })

  it('leave no tensor behind', () => {
    const before = tf.memory().numTensors
    const data = tf.engine().backend.numDataIds()
    check({ input: [2, 6, 5, 3], filter: [3, 3, 3, 4], strides: [1, 1], pad: 'same', seed: 1 })
    check({ input: [2, 6, 5, 3], filter: [3, 3, 3, 4], strides: [2, 2], pad: 'same', seed: 1 })
    expect(tf.memory().numTensors).toBe(before)
    expect(tf.engine().backend.numDataIds()).toBe(data)
  })
})

describe('the gradient of max pooling on WebAssembly', () => {
  const gradientOf = (x: Tensor, slope: (shape: number[]) => Tensor, pool: (x: Tensor4D) => Tensor): Tensor =>
    tf.grad((a: Tensor) => {
      const pooled = pool(a as Tensor4D)
      return tf.sum(tf.mul(pooled, slope(pooled.shape)))
    })(x)

  it('gives each slope to the largest input of its window, for any shape, stride and padding', () => {
    const cases = fc.record({
      input: fc.tuple(size(1, 2), size(2, 9), size(2, 9), size(1, 5)),
      window: fc.tuple(size(1, 3), size(1, 3)),
      stride: fc.tuple(size(1, 3), size(1, 3)),
      pad: fc.constantFrom('same' as const, 'valid' as const),
      seed: size(0, 1e6),
    })
    const check = ({
      input,
      window,
      stride,
      pad,
      seed,
    }: typeof cases extends fc.Arbitrary<infer T> ? T : never): void => {
      const [batch, height, width, channels] = input
      fc.pre(pad === 'same' || (height >= window[0] && width >= window[1]))
      const random = new Random(seed)
      const x = values(input, random)
      const [top, outHeight] = axis(height, window[0], stride[0], pad)
      const [left, outWidth] = axis(width, window[1], stride[1], pad)
      const slope = values([batch, outHeight, outWidth, channels], random)
      const expected = new Float64Array(x.length)
      for (let output = 0; output < slope.length; output++) {
        const channel = output % channels
        const ox = Math.floor(output / channels) % outWidth
        const oy = Math.floor(output / channels / outWidth) % outHeight
        const b = Math.floor(output / channels / outWidth / outHeight)
        let best = -1
        for (let r = 0; r < window[0]; r++)
          for (let q = 0; q < window[1]; q++) {
            const [py, px] = [oy * stride[0] + r - top, ox * stride[1] + q - left]
            if (py < 0 || py >= height || px < 0 || px >= width) continue
            const at = ((b * height + py) * width + px) * channels + channel
            if (best < 0 || x[at] > x[best]) best = at
          }
        expected[best] += slope[output]
      }
      tf.tidy(() => {
        const ours = gradientOf(
          tf.tensor(Float32Array.from(x), input),
          (shape) => tf.tensor(Float32Array.from(slope), shape),
          (a) => tf.maxPool(a, window, stride, pad),
        )
        expectClose(ours, expected)
      })
    }
    fc.assert(fc.property(cases, check), { numRuns: 60, seed: 2 })
  })

  it('gives it to the first of equal ones only', () => {
    const x = tf.tensor4d([1, 3, 3, 3], [1, 2, 2, 1])
    const gradient = gradientOf(
      x,
      (shape) => tf.fill(shape, 5),
      (a) => tf.maxPool(a, 2, 2, 'valid'),
    )
    expect([...gradient.dataSync()]).toEqual([0, 5, 0, 0])
  })
})

describe('a matrix product on WebAssembly', () => {
  it('is that of its definition, whatever is transposed and however many there are', () => {
    const cases = fc.record({
      batch: size(1, 3),
      rows: fc.oneof(fc.constant(1), size(1, 20)),
      inner: size(1, 20),
      columns: size(1, 20),
      transposeA: fc.boolean(),
      transposeB: fc.boolean(),
      seed: size(0, 1e6),
    })
    fc.assert(
      fc.property(cases, ({ batch, rows, inner, columns, transposeA, transposeB, seed }) => {
        const random = new Random(seed)
        const [a, b] = [values([batch, rows, inner], random), values([batch, inner, columns], random)]
        const expected = new Float64Array(batch * rows * columns)
        for (let n = 0; n < batch; n++)
          for (let r = 0; r < rows; r++)
            for (let c = 0; c < columns; c++)
              for (let k = 0; k < inner; k++) {
                const left = a[n * rows * inner + (transposeA ? k * rows + r : r * inner + k)]
                const right = b[n * inner * columns + (transposeB ? c * inner + k : k * columns + c)]
                expected[(n * rows + r) * columns + c] += left * right
              }
        tf.tidy(() => {
          const left = tf.tensor(Float32Array.from(a), [batch, ...(transposeA ? [inner, rows] : [rows, inner])])
          const right = tf.tensor(Float32Array.from(b), [batch, ...(transposeB ? [columns, inner] : [inner, columns])])
          const product = tf.matMul(left, right, transposeA, transposeB)
          expect(product.shape).toEqual([batch, rows, columns])
          expectClose(product, expected)
        })
      }),
      { numRuns: 60, seed: 3 },
    )
  })
})

describe('an Adam update on WebAssembly', () => {
  it('moves a weight as worked out by hand', () => {
    tf.tidy(() => {
      const inputs = {
        weight: tf.tensor1d([2, 1]),
        m: tf.tensor1d([0.5, 0]),
        v: tf.tensor1d([4, 0]),
        gradient: tf.tensor1d([3, 0]),
      }
      const attributes = { rate: 0.5, keep: 0.5, beta1: 0.5, beta2: 0.75, epsilon: 1 }
      const updated: Tensor[] = tf.engine().runKernel('AdamUpdate', inputs, attributes)
      // m = ½·½ + ½·3 = 1.75; v = ¾·4 + ¼·9 = 5.25; w = ½·2 − ½·1.75 / (√5.25 + 1).
      expect([...updated[1].dataSync()]).toEqual([1.75, 0])
      expect([...updated[2].dataSync()]).toEqual([5.25, 0])
      expect(updated[0].dataSync()[0]).toBeCloseTo(1 - 0.875 / (Math.sqrt(5.25) + 1), 6)
      expect(updated[0].dataSync()[1]).toBe(0.5)
      expect(inputs.weight.dataSync()[0]).toBe(2)
    })
  })
})
