import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs'
import { Random } from '../../synthetic/random.ts'

/**
 * PCGrad: each task's gradient loses, for the other tasks in random order, its projection on each **original** gradient that it
 * conflicts with; the results are added up (Yu et al., *Gradient Surgery for Multi-Task Learning*, NeurIPS 2020, algorithm 1).
 * All that it needs are inner products: row i of V holds what gradient i has become in terms of the originals.
 * @param gram [K,K] inner products @param order see conflictOrder
 * @returns coefficients [K] of the tasks' gradients in the sum
 */
export function projectConflicts(gram: Tensor2D, order: Tensor3D): Tensor1D {
  const [rounds, tasks] = order.shape
  const squares = tf.sum(tf.mul(gram, tf.eye(tasks)), 1, true)
  const inverse = tf.div(1, tf.transpose(tf.maximum(squares, 1e-30)))
  let combined = tf.eye(tasks)
  for (let round = 0; round < rounds; round++) {
    const other = tf.squeeze(tf.slice(order, [round, 0, 0], [1, tasks, tasks]), [0])
    const products = tf.mul(tf.matMul(combined, gram), other)
    combined = tf.sub(combined, tf.mul(tf.minimum(products, 0), inverse))
  }
  return tf.sum(combined, 0)
}

/**
 * [K−1,K,K] of 1 and 0: in round r task i meets the task whose entry of row i is 1; each has an order of its own, named by seed
 * and step.
 */
export function conflictOrder(tasks: number, seed: number, update: number): Float32Array {
  const order = new Float32Array(Math.max(0, tasks - 1) * tasks * tasks)
  const random = new Random(seed, 'conflicts', update)
  for (let task = 0; task < tasks; task++) {
    const others = random.shuffle(Array.from({ length: tasks }, (_, other) => other).filter((other) => other !== task))
    others.forEach((other, round) => (order[(round * tasks + task) * tasks + other] = 1))
  }
  return order
}
