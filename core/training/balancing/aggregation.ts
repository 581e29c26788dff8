import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import type { Aggregation } from '../balancingChoices.ts'

/** A loss below is taken for this, or its logarithm would have no end. */
const leastLoss = 1e-8

/**
 * The tasks' losses [K] as one: Σ w·L, or Π L^w = exp(Σ w·ln max(L, 1e-8)), the weighted geometric mean for weights that sum to 1
 * (Yun & Cho, ICCV 2023; with equal weights GLS, Chennupati et al., *MultiNet++*, CVPRW 2019). A task of weight 0 takes no part.
 */
export function aggregated(losses: Tensor, weights: Tensor, aggregation: Aggregation): Tensor {
  if (aggregation === 'sum') return tf.sum(tf.mul(losses, weights))
  return tf.exp(tf.sum(tf.mul(tf.log(tf.maximum(losses, leastLoss)), weights)))
}

/** ∂/∂L of it, [K]: w, or w·ΠL^w / L. */
export function aggregationFactors(losses: Tensor, weights: Tensor, aggregation: Aggregation): Tensor {
  if (aggregation === 'sum') return weights
  return tf.div(tf.mul(weights, aggregated(losses, weights, aggregation)), tf.maximum(losses, leastLoss))
}
