import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs'
import { scaledGram, solveMasked } from './maskedSolve.ts'

/**
 * IMTL-G: α with Σα = 1 for which Σ α_i g_i has equal projections on all tasks' unit gradients (Liu et al., *Towards Impartial
 * Multi-task Learning*, ICLR 2021, eq. 4). Equal projections t mean A·α = t·(‖g_1‖ … ‖g_K‖), so α is A⁻¹ of the norms, scaled;
 * for two tasks (‖g_2‖, ‖g_1‖)/sum. Some may be negative.
 * @param gram [K,K] inner products of the tasks' gradients at the shared features @param present [K], 1 or 0 @returns α [K]
 */
export function impartialGradient(gram: Tensor2D, present: Tensor1D): Tensor1D {
  const scaled = scaledGram(gram, present)
  const norms = tf.expandDims(tf.div(1, scaled.inverseRoots), 1) as Tensor2D
  const solved = tf.squeeze(solveMasked(scaled, tf.expandDims(present, 0) as Tensor2D, norms), [0, 2]) as Tensor1D
  const sum = tf.sum(solved)
  // Where they nearly cancel, a direction without length is kept from becoming a very long one.
  const least = tf.add(tf.mul(tf.sum(tf.abs(solved)), 1e-3), 1e-12)
  const guarded = tf.where(tf.greaterEqual(sum, 0), tf.maximum(sum, least), tf.minimum(sum, tf.neg(least)))
  return tf.div(solved, guarded)
}
