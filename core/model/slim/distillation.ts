import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import type { Scope } from '../scope.ts'

/** Guards the length of features that are all 0. */
const epsilon = 1e-12

const projector = 'projector/kernel'

/** A 1×1 convolution between features of the widest encoder, the identity at first: a weight of the network whatever its widths. */
export function declareProjector(scope: Scope, channels: number): void {
  scope.idle(projector, [channels, channels], { values: identity(channels) })
}

/** Its first rows, `taken` of them: used in training only. */
export function projectorWeight(scope: Scope, channels: number, taken: number): Tensor2D {
  const initial = { values: identity(channels) }
  return scope.sliced(projector, [channels, channels], initial, [taken, channels]) as Tensor2D
}

function identity(size: number): Float32Array {
  const values = new Float32Array(size * size)
  for (let at = 0; at < size; at++) values[at * size + at] = 1
  return values
}

/**
 * Configuration-invariant distillation (methods.md 5): mean over images and places of ‖n(P_w·f_w) − n(f_max)‖², 0 … 4, with n the
 * division by the length of a place's features and P_w the first rows of the projector; f_max is taken as given.
 *
 * @param projection [C·w, C]
 * @param narrow [B,h,w,C·w] @param widest [B,h,w,C]
 */
export function distillationLoss(projection: Tensor2D, narrow: Tensor4D, widest: Tensor4D): Tensor {
  const places = (x: Tensor4D): Tensor2D => tf.reshape(x, [-1, x.shape[3]])
  const difference = tf.sub(unit(tf.matMul(places(narrow), projection)), unit(places(stopped(widest))))
  return tf.mean(tf.sum(tf.square(difference), 1))
}

function unit(x: Tensor2D): Tensor2D {
  return tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), 1, true), epsilon)))
}

/** The same values, with no gradient. */
function stopped(x: Tensor4D): Tensor4D {
  return tf.customGrad((input) => ({
    value: tf.add(input as Tensor, 0),
    gradFunc: (dy: Tensor) => tf.zerosLike(dy),
  }))(x) as Tensor4D
}
