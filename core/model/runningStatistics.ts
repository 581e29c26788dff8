import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { batchNorm, normaliseBy } from '../tensor/batchNorm.ts'
import type { Scope } from './scope.ts'

/** Share of a step's statistics in the running ones (PyTorch's default; ours are of divisor n). */
const momentum = 0.1

/**
 * Batch normalisation that keeps running statistics: a training step normalises by those of the pass's images, which the running
 * ones follow, and a prediction by the running ones. Images that only fill the batch, and a batch without a label of the pass's
 * task, leave them as they are.
 */
export function batchNormalisation(scope: Scope, name: string, x: Tensor4D, gamma: Tensor, beta: Tensor): Tensor4D {
  const channels = x.shape[3]
  const mean = scope.fixed(`${name}/mean`, [channels], { constant: 0 })
  const variance = scope.fixed(`${name}/variance`, [channels], { constant: 1 })
  if (!scope.training) return normaliseBy(x, gamma, beta, { mean, variance })
  return batchNorm(x, gamma, beta, scope.rows(), (batch) => {
    const step = tf.mul(batch.any, momentum)
    const follow = (running: Tensor, now: Tensor): Tensor => tf.add(running, tf.mul(step, tf.sub(now, running)))
    scope.replaceFixed(`${name}/mean`, follow(mean, batch.mean))
    scope.replaceFixed(`${name}/variance`, follow(variance, batch.variance))
  })
}
