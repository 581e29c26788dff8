import * as tf from '@tensorflow/tfjs'
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import type { Scope } from './scope.ts'
import { taskWeight } from './weightNames.ts'

/** Guards the length of a modulator's column. */
const epsilon = 1e-12

/**
 * RCM (Kanakis et al., ECCV 2020): a task's convolution is a frozen filter bank, which all tasks share, followed by a 1×1
 * modulator of the task's own, each of whose output filters has a direction and a length: w_i = g_i·v_i/‖v_i‖. Both are linear,
 * so that they are one convolution with kernel bank·w; its cost for an image is that of the plain one. Modulators begin as the
 * identity, where the task has the bank's network.
 *
 * @param bank [k,k,Cin,C]
 */
export function modulatedKernel(scope: Scope, name: string, bank: Tensor4D): Tensor4D {
  const { task } = scope.style
  if (task === null) throw new Error(`${name} is modulated for no task`)
  const filters = bank.shape[3]
  const own = taskWeight(task, name)
  const direction = scope.weight(`${own}/modulator`, [filters, filters], { values: identity(filters) })
  const length = scope.weight(`${own}/modulatorLength`, [filters], { constant: 1 })
  const norm = tf.sqrt(tf.add(tf.sum(tf.square(direction), 0), epsilon))
  const modulator = tf.mul(direction, tf.div(length, norm)) as Tensor2D
  const flat = tf.reshape(bank, [-1, filters]) as Tensor2D
  return tf.reshape(tf.matMul(flat, modulator), bank.shape)
}

function identity(size: number): Float32Array {
  const values = new Float32Array(size * size)
  for (let at = 0; at < size; at++) values[at * size + at] = 1
  return values
}
