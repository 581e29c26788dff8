import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { sumPixels } from './kernels.ts'

/** Statistics of a batch by channel, each [C]; `any` is 1, or 0 where no image counted. */
export interface BatchStatistics {
  readonly mean: Tensor
  readonly variance: Tensor
  readonly any: Tensor
}

const standardEpsilon = 1e-5

/**
 * Batch normalisation (Ioffe & Szegedy 2015) of x [B,H,W,C] by the statistics of the images whose entry of `rows` [B] is 1 (the
 * others, repeats that fill a batch or people without the task's label, are normalised by them too), then gamma and beta [C].
 * Where no image counts, all do, so that numbers stay finite. Equal to tf.moments over the counted images, composed; the
 * gradient, by hand, takes two passes over x.
 *
 * @param observe is handed the statistics (variance with divisor n) while they exist; what it makes of them it must keep.
 */
export function batchNorm(
  x: Tensor4D,
  gamma: Tensor,
  beta: Tensor,
  rows: Tensor,
  observe: (statistics: BatchStatistics) => void,
  epsilon = standardEpsilon,
): Tensor4D {
  const [batch, height, width, channels] = x.shape
  const pixels = height * width
  const byRow = (values: Tensor): Tensor2D => tf.reshape(values, [1, batch])
  const counted = (sums: Tensor, weights: Tensor): Tensor => tf.matMul(byRow(weights), sums as Tensor2D)

  const normalise = tf.customGrad((input, gammaIn, betaIn, save) => {
    const flat = tf.reshape(input as Tensor, [batch, pixels, channels])
    const total = tf.sum(rows)
    const any = tf.minimum(total, 1)
    const weights = tf.add(rows, tf.sub(1, any))
    const share = tf.div(weights, tf.mul(tf.sum(weights), pixels))
    const mean = counted(sumPixels(flat), share)
    const meanSquare = counted(sumPixels(tf.square(flat)), share)
    const variance = tf.relu(tf.sub(meanSquare, tf.square(mean)))
    observe({ mean: tf.reshape(mean, [channels]), variance: tf.reshape(variance, [channels]), any })
    const inverse = tf.rsqrt(tf.add(variance, epsilon))
    const scale = tf.mul(inverse, gammaIn as Tensor)
    const shift = tf.sub(betaIn as Tensor, tf.mul(mean, scale))
    const y = tf.add(tf.mul(flat, scale), shift)
    ;(save as (tensors: Tensor[]) => void)([flat, mean, inverse, scale, share])
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [flatX, mu, inv, scaleC, shareB] = saved
      const dyFlat = tf.reshape(dy, [batch, pixels, channels])
      const sumDy = tf.sum(sumPixels(dyFlat), 0, true)
      const sumDyX = tf.sum(sumPixels(tf.mul(dyFlat, flatX)), 0, true)
      // Σ dy·x̂ of a channel, over all images.
      const sumDyNormal = tf.mul(inv, tf.sub(sumDyX, tf.mul(mu, sumDy)))
      const column = tf.reshape(shareB, [batch, 1])
      const slope = tf.neg(tf.mul(tf.mul(scaleC, inv), sumDyNormal))
      const offset = tf.neg(tf.add(tf.mul(scaleC, sumDy), tf.mul(slope, mu)))
      const dx = tf.add(
        tf.mul(dyFlat, scaleC),
        tf.add(tf.mul(flatX, tf.expandDims(tf.mul(column, slope), 1)), tf.expandDims(tf.mul(column, offset), 1)),
      )
      return [
        tf.reshape(dx, [batch, height, width, channels]),
        tf.reshape(sumDyNormal, [channels]),
        tf.reshape(sumDy, [channels]),
      ]
    }
    return { value: tf.reshape(y, [batch, height, width, channels]), gradFunc }
  })
  return normalise(x, gamma, beta) as Tensor4D
}

/** Normalisation by given statistics [C], as in a prediction: a scale and a shift by channel. */
export function normaliseBy(
  x: Tensor4D,
  gamma: Tensor,
  beta: Tensor,
  { mean, variance }: Pick<BatchStatistics, 'mean' | 'variance'>,
  epsilon = standardEpsilon,
): Tensor4D {
  const scale = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), gamma)
  return tf.add(tf.mul(x, scale), tf.sub(beta, tf.mul(mean, scale)))
}
