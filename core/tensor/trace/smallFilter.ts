import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import type { FeedValues, Program, WeightSpecification } from '../program.ts'

/** A filter of two channels and a gain, to be fitted to targets: the smallest network with a convolution, for tests of sessions. */
export const smallFilterWeights: readonly WeightSpecification[] = [
  { name: 'filter', shape: [3, 3, 1, 2], initial: Float32Array.from({ length: 18 }, (_, at) => Math.sin(at + 1) / 3) },
  { name: 'gain', shape: [2], initial: Float32Array.of(0.5, -0.25) },
]

/** One training step and one prediction for a batch; `train` and `predict`, followed by the suffix. */
export function smallFilterPrograms(batch: number, suffix = ''): [train: Program, predict: Program] {
  const images = { shape: [batch, 6, 5, 1], dtype: 'float32' } as const
  const output = (pictures: Tensor, filter: Tensor, gain: Tensor): Tensor => {
    const maps = tf.relu(tf.conv2d(pictures as Tensor4D, filter as Tensor4D, 1, 'same'))
    return tf.sum(tf.mul(tf.mean(maps, [1, 2]), gain), 1)
  }
  return [
    {
      name: `train${suffix}`,
      feeds: { images, targets: { shape: [batch], dtype: 'float32' } },
      compute(feeds, weights) {
        const loss = (filter: Tensor, gain: Tensor): Tensor =>
          tf.mean(tf.square(tf.sub(output(feeds['images'], filter, gain), feeds['targets'])))
        const { value, grads } = tf.valueAndGrads(loss)([weights['filter'], weights['gain']])
        return { outputs: { objective: value }, gradients: { filter: grads[0], gain: grads[1] } }
      },
    },
    {
      name: `predict${suffix}`,
      feeds: { images },
      compute: (feeds, { filter, gain }) => ({ outputs: { value: output(feeds['images'], filter, gain) } }),
    },
  ]
}

export function smallFilterFeeds(batch: number): FeedValues {
  return {
    images: Float32Array.from({ length: batch * 30 }, (_, at) => Math.cos(at * at)),
    targets: Float32Array.from({ length: batch }, (_, at) => 1 + at / 4),
  }
}
