import * as tf from '@tensorflow/tfjs'
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { relu } from '../tensor/kernels.ts'
import type { ConvolutionOptions } from './layers.ts'
import type { Scope } from './scope.ts'
import { taskWeight } from './weightNames.ts'

/**
 * ASTMT (Maninis et al., CVPR 2019): what a task adds to shared blocks. Its discriminator on gradients, which is optional there,
 * is left out.
 */

/** Channels of the squeeze are a block's divided by this (Hu et al., CVPR 2018), but `leastSqueezed` at least. */
const reduction = 16
const leastSqueezed = 4

/** A task's 1×1 convolution beside a shared one; it begins at 0, where the task has the shared network. */
export function adapter(
  scope: Scope,
  name: string,
  x: Tensor4D,
  { filters, stride = 1 }: ConvolutionOptions,
): Tensor4D {
  const channels = x.shape[3]
  const kernel = scope.weight(`${taskOf(scope, name)}/adapter/kernel`, [1, 1, channels, filters], { constant: 0 })
  const y = tf.conv2d(x, kernel as Tensor4D, stride, 'same')
  scope.count(y.shape[1] * y.shape[2] * channels * filters)
  return y
}

/** Squeeze and excitation: channels scaled by σ(W₂·relu(W₁·mean(x) + b₁) + b₂), of the task's own weights. */
export function excitation(scope: Scope, name: string, x: Tensor4D): Tensor4D {
  const [batch, , , channels] = x.shape
  const units = Math.max(leastSqueezed, Math.round(channels / reduction))
  const own = `${taskOf(scope, name)}/excitation`
  const layer = (part: string, input: Tensor2D, outputs: number, gain: number): Tensor2D => {
    const fanIn = input.shape[1]
    scope.count(fanIn * outputs)
    const kernel = scope.weight(`${own}/${part}/kernel`, [fanIn, outputs], { fanIn, gain })
    return tf.add(tf.matMul(input, kernel as Tensor2D), scope.weight(`${own}/${part}/bias`, [outputs], { constant: 0 }))
  }
  const squeezed = relu(layer('squeeze', tf.mean(x, [1, 2]), units, 2))
  const scale = tf.sigmoid(layer('excite', squeezed, channels, 1))
  return tf.mul(x, tf.reshape(scale, [batch, 1, 1, channels]))
}

function taskOf({ style }: Scope, name: string): string {
  if (style.task === null) throw new Error(`${name} is adapted for no task`)
  return taskWeight(style.task, name)
}
