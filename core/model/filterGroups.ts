import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs'
import type { Scope } from './scope.ts'

/**
 * SFG (Bragman et al., ICCV 2019): each filter belongs to one task or to all, by a categorical draw whose logits are learned. A
 * training step draws by Gumbel-softmax (Jang et al. 2017), softmax((z + gumbel)/τ), with τ falling in the course of the run; a
 * prediction takes the most probable. A filter's share is the task's own entry and that of *all*, and scales what it computes:
 * its kernel before and its gamma and beta after the normalisation, so that a filter of another task is absent.
 */

/**
 * Logits are this much larger than the weights that are learned: Adam moves a weight by its rate a step whatever the gradient, and a
 * choice needs differences of several.
 */
const logitScale = 10

/** Probability, before anything is learned, of a filter to be shared; tasks have equal parts of the rest. */
const initiallyShared = 0.5

/** Share of each filter of the convolution in the pass's task, [filters], 0 … 1. */
export function filterShares(scope: Scope, name: string, filters: number): Tensor {
  const { style } = scope
  const task = style.tasks.indexOf(style.task ?? '')
  if (task < 0) throw new Error(`${name} is grouped for no task`)
  const groups = style.tasks.length + 1
  const shares = scope.once(`groups of ${name}`, () => draw(scope, name, filters, groups))
  const column = (group: number): Tensor => tf.reshape(tf.slice(shares, [0, group], [filters, 1]), [filters])
  return tf.add(column(task), column(groups - 1))
}

/** [filters, tasks + 1]; the last column is the group of all tasks. */
function draw(scope: Scope, name: string, filters: number, groups: number): Tensor2D {
  const weight = scope.weight(`${name}/groups`, [filters, groups], { values: initialGroups(filters, groups) })
  const logits = tf.mul(weight, logitScale) as Tensor2D
  const noise = scope.noise(filters * groups)
  if (noise === null) return tf.cast(tf.oneHot(tf.argMax(logits, 1) as Tensor2D, groups), 'float32') as Tensor2D
  const gumbel = tf.reshape(noise, [filters, groups])
  return tf.softmax(tf.div(tf.add(logits, gumbel), scope.temperature())) as Tensor2D
}

function initialGroups(filters: number, groups: number): Float32Array {
  const shared = Math.log((initiallyShared * (groups - 1)) / (1 - initiallyShared)) / logitScale
  return Float32Array.from({ length: filters * groups }, (_, at) => (at % groups === groups - 1 ? shared : 0))
}

/** Temperature of a step, of those of a run: falls exponentially from 2 to 0.1. */
export function groupTemperature(step: number, steps: number): number {
  return 2 * (0.1 / 2) ** Math.min(1, step / Math.max(1, steps))
}
