import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type { Backbone, Stage } from './backbone.ts'
import { convolutionBlock, enlarge } from './layers.ts'
import type { Scope } from './scope.ts'

export interface UnetOptions {
  /** Channels of the finest level; each of the four coarser ones has twice its predecessor's, up to eight times. */
  readonly channels: number
  readonly groupSize: number
}

/**
 * U-Net (Ronneberger et al. 2015) with `same` padding and bilinear enlargement; its expanding path ends at a quarter of the
 * input's size, where person labels of small crops carry no finer detail and the heads of all models work.
 */
export function unet({ channels, groupSize }: UnetOptions): Backbone {
  const widths = [1, 2, 4, 8, 8].map((factor) => factor * channels)
  const level = (scope: Scope, name: string, x: Tensor4D, filters: number): Stage => {
    const first = convolutionBlock(scope, `${name}/a`, x, { filters, kernel: 3, groupSize })
    return { first, last: convolutionBlock(scope, `${name}/b`, first, { filters, kernel: 3, groupSize }) }
  }
  return {
    groupSize,
    encode(scope, images) {
      let x = images
      return widths.map((filters, depth) => {
        if (depth > 0) x = tf.maxPool(x, 2, 2, 'same')
        const stage = level(scope, `down${depth}`, x, filters)
        x = stage.last
        return stage
      })
    },
    decode(scope, down) {
      const deep = down[4]
      let x = deep
      for (const depth of [3, 2]) {
        const finer = down[depth]
        x = tf.concat([finer, enlarge(x, finer.shape[1], finer.shape[2])], 3)
        x = level(scope, `up${depth}`, x, widths[depth]).last
      }
      return { map: x, deep, groupSize }
    },
  }
}
