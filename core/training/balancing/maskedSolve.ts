import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs'

/** Added to the diagonal of the correlations, so that gradients that point the same way can be told apart. */
const ridge = 1e-6
const leastSquare = 1e-30

/** A Gram matrix with its scale taken out: ⟨g_i, g_j⟩ = mean·r_i·C_ij·r_j. */
export interface ScaledGram {
  /** [K,K] correlations, 1 on the diagonal (0 for a gradient of nothing) and a little more. */
  readonly correlations: Tensor2D
  /** [K] 1/r_i. */
  readonly inverseRoots: Tensor1D
  /** Scalar: mean of the diagonal of the gradients that are there. */
  readonly mean: Tensor
  /** [K,K] the Gram matrix over `mean`. */
  readonly normal: Tensor2D
}

/** @param gram [K,K] inner products; @param present [K], 1 or 0 */
export function scaledGram(gram: Tensor2D, present: Tensor1D): ScaledGram {
  const [tasks] = gram.shape
  const identity = tf.eye(tasks)
  const diagonal = tf.sum(tf.mul(gram, identity), 1) as Tensor1D
  const mean = tf.maximum(tf.div(tf.sum(tf.mul(diagonal, present)), tf.maximum(tf.sum(present), 1)), leastSquare)
  const normal = tf.div(gram, mean) as Tensor2D
  const inverseRoots = tf.rsqrt(tf.maximum(tf.div(diagonal, mean), 1e-12)) as Tensor1D
  const scaled = tf.mul(tf.mul(normal, tf.expandDims(inverseRoots, 0)), tf.expandDims(inverseRoots, 1))
  return { correlations: tf.add(scaled, tf.mul(identity, ridge)), inverseRoots, mean, normal }
}

/**
 * For each row of masks [F,K] the solution of A x = y restricted to its tasks (0 elsewhere), A the Gram matrix over its mean:
 * Gauss–Jordan on all F systems at once, which are symmetric and positive definite, so that no pivot is sought.
 * @param right [K,R] right-hand sides @returns [F,K,R]
 */
export function solveMasked({ correlations, inverseRoots }: ScaledGram, masks: Tensor2D, right: Tensor2D): Tensor3D {
  const [faces, tasks] = masks.shape
  const sides = right.shape[1]
  const identity = tf.eye(tasks)
  const rows = tf.expandDims(masks, 2)
  const inside = tf.mul(tf.expandDims(correlations, 0), tf.mul(rows, tf.expandDims(masks, 1)))
  const outside = tf.mul(tf.expandDims(identity, 0), tf.sub(1, rows))
  const scaledRight = tf.mul(tf.expandDims(tf.mul(right, tf.expandDims(inverseRoots, 1)), 0), rows)
  let system = tf.concat([tf.add(inside, outside), scaledRight], 2) as Tensor3D
  for (let pivot = 0; pivot < tasks; pivot++) {
    const row = tf.slice(system, [0, pivot, 0], [faces, 1, tasks + sides])
    const unit = tf.div(row, tf.slice(row, [0, 0, pivot], [faces, 1, 1]))
    const column = tf.slice(system, [0, 0, pivot], [faces, tasks, 1])
    // Minus the pivot's own column where it is the pivot's row, so that this becomes the unit row.
    const own = tf.reshape(tf.slice(identity, [pivot, 0], [1, tasks]), [1, tasks, 1])
    system = tf.sub(system, tf.mul(tf.sub(column, own), unit))
  }
  const solved = tf.slice(system, [0, 0, tasks], [faces, tasks, sides])
  return tf.mul(solved, tf.reshape(inverseRoots, [1, tasks, 1]))
}

/** All non-empty sets of tasks, [2^K − 1, K] of 1 and 0: the faces of the simplex. */
export function faceMasks(tasks: number): Tensor2D {
  const faces = Array.from({ length: 2 ** tasks - 1 }, (_, at) =>
    Array.from({ length: tasks }, (_unused, task) => ((at + 1) >> task) & 1),
  )
  return tf.tensor2d(faces, [faces.length, tasks])
}

/**
 * The point of the face with the least value among those that lie on their face: not below 0, and of present tasks only.
 * @param points [F,K] @param values [F] @param allowed [F], 1 or 0 @returns [K], on the simplex
 */
export function bestPoint(
  points: Tensor2D,
  values: Tensor1D,
  allowed: Tensor1D,
  masks: Tensor2D,
  present: Tensor1D,
): Tensor1D {
  const least = tf.min(points, 1)
  const absent = tf.sum(tf.mul(masks, tf.sub(1, tf.expandDims(present, 0))), 1)
  const possible = tf.logicalAnd(
    tf.logicalAnd(tf.greaterEqual(least, -1e-4), tf.less(absent, 0.5)),
    tf.greater(allowed, 0.5),
  )
  const scores = tf.where(possible, values, tf.fill(values.shape, 1e30))
  const chosen = tf.cast(tf.equal(scores, tf.min(scores)), 'float32')
  const point = tf.relu(tf.sum(tf.mul(points, tf.expandDims(chosen, 1)), 0))
  return tf.div(point, tf.maximum(tf.sum(point), 1e-12))
}
