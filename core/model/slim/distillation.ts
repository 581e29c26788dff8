import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import type { Scope } from '../scope.ts'
import { slicedWeight } from './slimLayers.ts'

/** Guards the length of features that are all 0. */
const epsilon = 1e-12

/** A 1×1 convolution between features of the widest encoder, the identity at first; used in training only. */
export function projectorWeight(scope: Scope, channels: number, taken = channels): Tensor2D {
  const values = new Float32Array(channels * channels)
  for (let at = 0; at < channels; at++) values[at * channels + at] = 1
  const shape = [channels, channels]
  return slicedWeight(scope, 'projector/kernel', shape, { values }, [taken, channels]) as Tensor2D
}

/**
 * Configuration-invariant distillation (methods.md 5): mean over images and places of ‖n(P_w·f_w) − n(f_max)‖², 0 … 4, with n the
 * division by the length of a place's features and P_w the first rows of the projector; f_max is taken as given.
 *
 * @param projector [C·w, C]
 * @param narrow [B,h,w,C·w] @param widest [B,h,w,C]
 */
export function distillationLoss(projector: Tensor2D, narrow: Tensor4D, widest: Tensor4D): Tensor {
  const places = (x: Tensor4D): Tensor2D => tf.reshape(x, [-1, x.shape[3]])
  const difference = tf.sub(unit(tf.matMul(places(narrow), projector)), unit(places(stopped(widest))))
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
