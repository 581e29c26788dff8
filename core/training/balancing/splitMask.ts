import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs'
import { channelOwners } from './splitPlan.ts'

/** GradSplit's masks of gradients by image and output channel. */
export interface ChannelMask {
  /** Of a layer's output [B,…,C]: what of each image's gradient its weight's channels learn from. */
  ofImages(lane: number, gradient: Tensor, weight: Tensor): Tensor
  /** Of a weight [… ,C] in a lane of a single task. */
  ofWeight(lane: number, gradient: Tensor): Tensor
  dispose(): void
}

/** @param rows [lanes,B,K], see fillSplitRows */
export function channelMask(rows: Tensor3D): ChannelMask {
  const [, batch, tasks] = rows.shape
  const known = new Map<string, Tensor2D>()
  const byChannel = (lane: number, channels: number): Tensor2D => {
    const key = `${lane},${channels}`
    const mask = known.get(key) ?? maskOf(rows, lane, channelOwners(channels, tasks))
    known.set(key, mask)
    return mask
  }
  return {
    ofImages(lane, gradient, weight) {
      const channels = gradient.shape[gradient.rank - 1]
      if (gradient.shape[0] !== batch || weight.shape[weight.rank - 1] !== channels) {
        throw new Error(
          `a layer with outputs ${gradient.shape.join('×')} and weights ${weight.shape.join('×')} cannot be split`,
        )
      }
      const between = new Array<number>(gradient.rank - 2).fill(1)
      return tf.mul(gradient, tf.reshape(byChannel(lane, channels), [batch, ...between, channels]))
    },
    ofWeight(lane, gradient) {
      const channels = gradient.shape[gradient.rank - 1]
      return tf.mul(gradient, tf.slice(byChannel(lane, channels), [0, 0], [1, channels]))
    },
    dispose() {
      for (const mask of known.values()) mask.dispose()
    },
  }
}

/** [B,C]; outlives the scope of the layer that first asked for it. */
function maskOf(rows: Tensor3D, lane: number, owners: Int32Array): Tensor2D {
  const [, batch, tasks] = rows.shape
  const ownership = Float32Array.from({ length: tasks * owners.length }, (_, at) =>
    owners[at % owners.length] === Math.floor(at / owners.length) ? 1 : 0,
  )
  return tf.tidy(() => {
    const lanes = tf.reshape(tf.slice(rows, [lane, 0, 0], [1, batch, tasks]), [batch, tasks]) as Tensor2D
    return tf.keep(tf.matMul(lanes, tf.tensor2d(ownership, [tasks, owners.length])))
  })
}
