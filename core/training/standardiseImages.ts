import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'

/** Mean and deviation that 8-bit channel values are standardised by. */
const pixelMean = 115
const pixelDeviation = 64

/** Images of 0 … 255 as networks take them. */
export function standardise(images: Tensor4D): Tensor4D {
  return tf.div(tf.sub(images, pixelMean), pixelDeviation)
}
