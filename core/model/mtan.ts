import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type { Stage } from './backbone.ts'
import { convolution, convolutionBlock, normalisation } from './layers.ts'
import type { Scope } from './scope.ts'
import { taskWeight } from './weightNames.ts'

/**
 * MTAN (Liu et al., CVPR 2019): what a task sees of the shared encoder. At each stage a mask in 0 … 1 weighs the stage's last
 * features p by its first ones u and by what the task saw of the stage before:
 * a = σ(norm(1×1(relu(norm(1×1([u; f(a before)])))))) ⊙ p, with f a 3×3 convolution that all tasks share, pooled to u's size.
 *
 * @param scope of the task
 * @returns a of every stage, in p's shape
 */
export function attended(scope: Scope, stages: readonly Stage[], groupSize: number): Tensor4D[] {
  const { task } = scope.style
  if (task === null) throw new Error('attention belongs to a task')
  const seen: Tensor4D[] = []
  stages.forEach(({ first, last }, stage) => {
    const before = seen.at(-1)
    const input = before === undefined ? first : tf.concat([first, passedOn(scope, stage, before, first, groupSize)], 3)
    const filters = last.shape[3]
    const own = taskWeight(task, `attention${stage}`)
    const hidden = convolutionBlock(scope, `${own}/a`, input, { filters, kernel: 1, groupSize })
    const scores = convolution(scope, `${own}/b`, hidden, { filters, kernel: 1, gain: 1 })
    seen.push(tf.mul(tf.sigmoid(normalisation(scope, `${own}/b/norm`, scores, groupSize)), last))
  })
  return seen
}

/** f of a stage, at the size of the next. */
function passedOn(scope: Scope, stage: number, seen: Tensor4D, next: Tensor4D, groupSize: number): Tensor4D {
  const filters = next.shape[3]
  const y = convolutionBlock(scope, `attention${stage}/passed`, seen, { filters, kernel: 3, groupSize })
  return y.shape[1] === next.shape[1] ? y : tf.maxPool(y, 2, 2, 'same')
}
