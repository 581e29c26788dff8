import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  denseCrossEntropy,
  groupNorm,
  halfSquaredNorm,
  relu,
  resizeBilinear,
  sparseCrossEntropy,
  warpImages,
} from './kernels.ts'
import { loadTensorflow } from './tensorflow.ts'
import { loadWebAssembly } from './wasm/webAssembly.ts'

/** The textbook form: statistics of each group by tf.moments, everything left to tfjs's own gradients. */
function composedGroupNorm(x: Tensor4D, gamma: Tensor, beta: Tensor, groupSize: number): Tensor4D {
  const [batch, height, width, channels] = x.shape
  const grouped = tf.reshape(x, [batch, height * width, channels / groupSize, groupSize])
  const { mean, variance } = tf.moments(grouped, [1, 3], true)
  const normal = tf.div(tf.sub(grouped, mean), tf.sqrt(tf.add(variance, 1e-5)))
  return tf.add(tf.mul(tf.reshape(normal, x.shape), gamma), beta) as Tensor4D
}

function expectClose(actual: Tensor, expected: Tensor, tolerance: number): void {
  expect(actual.shape).toEqual(expected.shape)
  expect(tf.max(tf.abs(tf.sub(actual, expected))).dataSync()[0]).toBeLessThan(tolerance)
}

/** Compares values and the gradients of Σ weight·f with respect to every argument. */
function expectSameFunction(
  ours: (...values: Tensor[]) => Tensor,
  composed: (...values: Tensor[]) => Tensor,
  values: Tensor[],
  tolerance = 2e-4,
): void {
  const weight = tf.randomNormal(ours(...values).shape, 0, 1, 'float32', 5)
  expectClose(ours(...values), composed(...values), tolerance)
  const gradients = (f: (...v: Tensor[]) => Tensor): Tensor[] =>
    tf.grads((...v: Tensor[]) => tf.sum(tf.mul(f(...v), weight)))(values)
  const expected = gradients(composed)
  gradients(ours).forEach((gradient, index) => expectClose(gradient, expected[index], tolerance))
}

describe('own gradients on TensorFlow', () => {
  beforeAll(() => {
    loadTensorflow()
  })

  it.each([
    [1, 5, 7, 8, 8],
    [3, 4, 6, 16, 8],
    [2, 8, 4, 12, 4],
  ])('group normalisation of %i × %i × %i × %i in groups of %i equals the composed form', (b, h, w, c, groupSize) => {
    const x = tf.randomNormal([b, h, w, c], 0.7, 2, 'float32', 1)
    const gamma = tf.randomNormal([c], 1, 0.5, 'float32', 2)
    const beta = tf.randomNormal([c], 0, 1, 'float32', 3)
    expectSameFunction(
      (...v) => groupNorm(v[0] as Tensor4D, v[1], v[2], groupSize),
      (...v) => composedGroupNorm(v[0] as Tensor4D, v[1], v[2], groupSize),
      [x, gamma, beta],
    )
  })

  it('the rectifier passes gradients only where its input was positive', () => {
    const x = tf.tensor1d([-2, -0.5, 0, 0.5, 3])
    expect([...relu(x).dataSync()]).toEqual([0, 0, 0, 0.5, 3])
    const gradient = tf.grad((v: Tensor) => tf.sum(tf.mul(relu(v), tf.tensor1d([1, 2, 3, 4, 5]))))(x)
    expect([...gradient.dataSync()]).toEqual([0, 0, 0, 4, 5])
  })

  it('sparse cross entropy equals −Σ onehot·logSoftmax', () => {
    const logits = tf.randomNormal([9, 5], 0, 2, 'float32', 4)
    const labels = tf.tensor1d([0, 1, 2, 3, 4, 4, 3, 0, 0], 'int32')
    expectSameFunction(
      (z) => sparseCrossEntropy(z as Tensor2D, labels),
      (z) => tf.neg(tf.sum(tf.mul(tf.oneHot(labels, 5), tf.logSoftmax(z)), 1)),
      [logits],
    )
    // Two equal logits: ln 2 whatever the label.
    expect(sparseCrossEntropy(tf.zeros([1, 2]), tf.tensor1d([1], 'int32')).dataSync()[0]).toBeCloseTo(Math.LN2, 6)
  })

  it('dense cross entropy equals −Σ target·logSoftmax, and a row without target costs nothing', () => {
    const logits = tf.randomNormal([4, 6], 0, 2, 'float32', 6)
    const targets = tf.concat([tf.softmax(tf.randomNormal([3, 6], 0, 1, 'float32', 7)), tf.zeros([1, 6])]) as Tensor2D
    const ours = denseCrossEntropy(logits as Tensor2D, targets)
    expectClose(ours, tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), 1)), 1e-5)
    const gradient = tf.grad((z: Tensor) => tf.sum(denseCrossEntropy(z as Tensor2D, targets)))(logits)
    expectClose(tf.slice(gradient, [0, 0], [3, 6]), tf.sub(tf.softmax(logits), targets).slice([0, 0], [3, 6]), 1e-5)
    expect(ours.dataSync()[3]).toBe(0)
  })

  it('half the squared norm of (3, 4) is 12.5', () => {
    expect(halfSquaredNorm(tf.tensor1d([3, 4])).dataSync()[0]).toBe(12.5)
  })

  it('warping by a shift of one pixel moves the picture and brings in zeros', () => {
    const image = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1])
    const shifted = warpImages(image, tf.tensor2d([1, 0, 1, 0, 1, 0, 0, 0], [1, 8]))
    expect([...shifted.dataSync()]).toEqual([2, 3, 0, 5, 6, 0])
  })
})

describe.each(['tensorflow', 'wasm'] as const)('bilinear resampling on %s', (engine) => {
  beforeAll(async () => {
    if (engine === 'wasm') await loadWebAssembly()
    else {
      loadTensorflow()
      tf.setBackend('tensorflow')
    }
  })

  it('doubles two pixels to their value, its quarters, and theirs', () => {
    const row = tf.tensor4d([0, 4], [1, 1, 2, 1])
    expect([...resizeBilinear(row, 1, 4).dataSync()]).toEqual([0, 1, 3, 4])
    // Each output's slope goes back in the shares that it was made of: ¾ and ¼ inside, all of it at the ends.
    const slopes = tf.tensor4d([1, 10, 100, 1000], [1, 1, 4, 1])
    const gradient = tf.grad((x: Tensor) => tf.sum(tf.mul(resizeBilinear(x as Tensor4D, 1, 4), slopes)))(row)
    expect([...gradient.dataSync()]).toEqual([1 + 7.5 + 25, 2.5 + 75 + 1000])
  })

  it.each([
    [2, 3, 5, 6, 10, 4],
    [1, 4, 4, 7, 9, 3],
    [2, 8, 6, 3, 4, 2],
  ])('has the gradient that differences give: %i of %i × %i to %i × %i, %i channels', (b, h, w, height, width, c) => {
    const x = tf.randomNormal([b, h, w, c], 0, 1, 'float32', 1) as Tensor4D
    const slopes = tf.randomNormal([b, height, width, c], 0, 1, 'float32', 2)
    const gradient = tf.grad((v: Tensor) => tf.sum(tf.mul(resizeBilinear(v as Tensor4D, height, width), slopes)))(x)
    // It is linear: <R(d), slopes> = <d, gradient> for any direction.
    for (const seed of [3, 4, 5]) {
      const direction = tf.randomNormal(x.shape, 0, 1, 'float32', seed) as Tensor4D
      const left = tf.sum(tf.mul(resizeBilinear(direction, height, width), slopes)).dataSync()[0]
      expect(tf.sum(tf.mul(direction, gradient)).dataSync()[0]).toBeCloseTo(left, 3)
    }
  })
})
