import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs'
import { bestPoint, faceMasks, scaledGram, solveMasked } from './maskedSolve.ts'

/**
 * MGDA: the weights α of the simplex for which ‖Σ α_i g_i‖ is least (Désidéri 2012; Sener & Koltun, *Multi-Task Learning as
 * Multi-Objective Optimization*, NeurIPS 2018, eq. 3). The paper's Frank–Wolfe takes 250 iterations; for a handful of tasks the
 * answer is exact: on each face of the simplex α = A⁻¹1 / 1ᵀA⁻¹1 with value 1/1ᵀA⁻¹1, and the best of those with α ≥ 0 wins.
 * @param gram [K,K] inner products of the tasks' gradients @param present [K], 1 or 0 @returns α [K]
 */
export function minimumNorm(gram: Tensor2D, present: Tensor1D): Tensor1D {
  const [tasks] = gram.shape
  const masks = faceMasks(tasks)
  const solved = tf.squeeze(solveMasked(scaledGram(gram, present), masks, tf.ones([tasks, 1])), [2]) as Tensor2D
  const sums = tf.sum(solved, 1) as Tensor1D
  const points = tf.div(solved, tf.expandDims(sums, 1)) as Tensor2D
  return bestPoint(points, tf.div(1, sums), tf.ones([masks.shape[0]]), masks, present)
}
