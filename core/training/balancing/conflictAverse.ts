import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs'
import { bestPoint, faceMasks, scaledGram, solveMasked } from './maskedSolve.ts'

/**
 * CAGrad: the direction within c‖g₀‖ of the mean gradient g₀ whose worst task gains most, d = g₀ + c‖g₀‖·g_w/‖g_w‖ with w on
 * the simplex minimising g_w·g₀ + c‖g₀‖‖g_w‖, divided by 1 + c² (Liu et al., *Conflict-Averse Gradient Descent*, NeurIPS 2021,
 * algorithm 1 and its code's rescaling).
 *
 * The minimum is found exactly, face by face: with b = A·1/K, p = A⁻¹1, q = A⁻¹b, P = 1ᵀp, Q = 1ᵀq, R = bᵀq and κ = c‖g₀‖,
 * stationarity b + κ·Aw/‖g_w‖ = λ1 gives w = (λp − q)/(λP − Q) with λ = (Q + √(Q² − P(R − κ²)))/P, which is also the value.
 * @param gram [K,K] inner products of the tasks' gradients @param present [K], 1 or 0
 * @returns coefficients [K] of the tasks' gradients in d/(1 + c²)
 */
export function conflictAverse(gram: Tensor2D, present: Tensor1D, c: number): Tensor1D {
  const [tasks] = gram.shape
  const masks = faceMasks(tasks)
  const scaled = scaledGram(gram, present)
  const even = tf.div(present, tf.maximum(tf.sum(present), 1)) as Tensor1D
  const alongMean = tf.squeeze(tf.matMul(scaled.normal, tf.expandDims(even, 1) as Tensor2D), [1]) as Tensor1D
  const reach = tf.mul(tf.sqrt(tf.relu(tf.sum(tf.mul(alongMean, even)))), c)
  const solved = solveMasked(scaled, masks, tf.stack([tf.onesLike(even), alongMean], 1) as Tensor2D)
  const [p, q] = tf.unstack(solved, 2) as Tensor2D[]
  const [bigP, bigQ] = [tf.sum(p, 1), tf.sum(q, 1)]
  const bigR = tf.sum(tf.mul(q, tf.expandDims(alongMean, 0)), 1)
  const under = tf.sub(tf.square(bigQ), tf.mul(bigP, tf.sub(bigR, tf.square(reach))))
  const root = tf.sqrt(tf.maximum(under, 1e-12))
  const value = tf.div(tf.add(bigQ, root), bigP) as Tensor1D
  const points = tf.div(tf.sub(tf.mul(p, tf.expandDims(value, 1)), q), tf.expandDims(root, 1)) as Tensor2D
  const allowed = tf.cast(tf.greater(under, 1e-12), 'float32') as Tensor1D
  const w = bestPoint(points, value, allowed, masks, present)
  const norm = tf.sqrt(tf.maximum(quadratic(scaled.normal, w), 1e-12))
  return tf.div(tf.add(even, tf.mul(w, tf.div(reach, norm))), 1 + c * c)
}

/** wᵀAw */
function quadratic(matrix: Tensor2D, w: Tensor1D): Tensor {
  return tf.sum(tf.mul(tf.squeeze(tf.matMul(matrix, tf.expandDims(w, 1) as Tensor2D), [1]), w))
}
