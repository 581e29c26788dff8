import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { denseCrossEntropy, groupNorm, relu, resizeBilinear, sparseCrossEntropy } from '../../core/tensor/kernels.ts'
import { loadTensorflow } from '../../core/tensor/tensorflow.ts'
import { defineBenchmark, interleavedMedians } from './benchmark.ts'
import type { BenchmarkMeasurement } from './benchmark.ts'

type Operation = (...values: Tensor[]) => Tensor

interface Contest {
  readonly name: string
  readonly own: Operation
  /** What tfjs composes of its operations, with its own gradients. */
  readonly composed: Operation
  readonly values: Tensor[]
}

/** Group normalisation by tf.moments over the reshaped groups. */
function composedGroupNorm(x: Tensor4D, gamma: Tensor, beta: Tensor, groupSize: number): Tensor {
  const [batch, height, width, channels] = x.shape
  const grouped = tf.reshape(x, [batch, height * width, channels / groupSize, groupSize])
  const { mean, variance } = tf.moments(grouped, [1, 3], true)
  const normal = tf.div(tf.sub(grouped, mean), tf.sqrt(tf.add(variance, 1e-5)))
  return tf.add(tf.mul(tf.reshape(normal, x.shape), gamma), beta)
}

/** At the sizes of r18's first stage and of its heads: 16 crops of 128×64. */
function contests(): Contest[] {
  const map = tf.randomNormal([16, 32, 16, 64], 0, 1, 'float32', 1)
  const [gamma, beta] = [tf.ones([64]), tf.zeros([64])]
  const pixels = tf.randomNormal([16 * 512, 10], 0, 1, 'float32', 2)
  const labels = tf.tensor1d(
    Int32Array.from({ length: 16 * 512 }, (_, at) => at % 10),
    'int32',
  )
  const heatmaps = tf.randomNormal([16 * 14, 512], 0, 1, 'float32', 3)
  const targets = tf.softmax(tf.randomNormal([16 * 14, 512], 0, 1, 'float32', 4)) as Tensor2D
  const coarse = tf.randomNormal([16, 16, 8, 128], 0, 1, 'float32', 5)
  return [
    { name: 'relu', own: relu, composed: (x) => tf.relu(x), values: [map] },
    {
      name: 'groupNorm',
      own: (x, g, b) => groupNorm(x as Tensor4D, g, b, 16),
      composed: (x, g, b) => composedGroupNorm(x as Tensor4D, g, b, 16),
      values: [map, gamma, beta],
    },
    {
      name: 'sparseCrossEntropy',
      own: (z) => sparseCrossEntropy(z as Tensor2D, labels),
      composed: (z) => tf.neg(tf.sum(tf.mul(tf.oneHot(labels, 10), tf.logSoftmax(z)), 1)),
      values: [pixels],
    },
    {
      name: 'denseCrossEntropy',
      own: (z) => denseCrossEntropy(z as Tensor2D, targets),
      composed: (z) => tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(z)), 1)),
      values: [heatmaps],
    },
    {
      // tfjs's own gradient of it is wrong; this is what being right costs.
      name: 'resizeBilinear',
      own: (x) => resizeBilinear(x as Tensor4D, 32, 16),
      composed: (x) => tf.image.resizeBilinear(x as Tensor4D, [32, 16], false, true),
      values: [coarse],
    },
  ]
}

/** Milliseconds of one operation with its gradients. */
function timeOf(operation: Operation, values: Tensor[]): () => number {
  const gradients = tf.grads((...given: Tensor[]) => tf.sum(operation(...given)))
  return () => {
    const started = performance.now()
    for (let at = 0; at < 5; at++) tf.tidy(() => void gradients(values)[0].dataSync())
    return (performance.now() - started) / 5
  }
}

export default defineBenchmark({
  name: 'kernels',
  summary: 'Each operation with a gradient of our own against what tfjs composes, forward and backward, eager',
  run: async ({ args, useEngine }) => {
    const { version } = loadTensorflow()
    useEngine(`tensorflow ${version}`)
    const all = contests()
    const cases = Object.fromEntries(
      all.flatMap(({ name, own, composed, values }) => [
        [`${name}.own`, timeOf(own, values)] as const,
        [`${name}.composed`, timeOf(composed, values)] as const,
      ]),
    )
    const medians = await interleavedMedians(cases, args.includes('--quick') ? 3 : 15)
    return all.flatMap(({ name }): BenchmarkMeasurement[] => [
      {
        id: `kernels.${name}.own`,
        value: medians[`${name}.own`],
        unit: 'ms',
        better: 'lower',
        reference: `kernels.${name}.composed`,
      },
      { id: `kernels.${name}.composed`, value: medians[`${name}.composed`], unit: 'ms', better: 'lower' },
    ])
  },
})
