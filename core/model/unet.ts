import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { convolutionBlock, enlarge } from './layers.ts'
import type { Features } from './resnet.ts'
import type { Scope } from './scope.ts'

export interface UnetOptions {
  /** Channels of the finest level; each of the four coarser ones has twice its predecessor's, up to eight times. */
  readonly channels: number
  readonly groupSize: number
}

/**
 * U-Net (Ronneberger et al. 2015) with GroupNorm, `same` padding and bilinear enlargement; its expanding path ends at a
 * quarter of the input's size, where person labels of small crops carry no finer detail and the heads of all models work.
 */
export function unet(scope: Scope, images: Tensor4D, { channels, groupSize }: UnetOptions): Features {
  const level = (name: string, x: Tensor4D, filters: number): Tensor4D => {
    const inner = convolutionBlock(scope, `${name}/a`, x, { filters, kernel: 3, groupSize })
    return convolutionBlock(scope, `${name}/b`, inner, { filters, kernel: 3, groupSize })
  }
  const widths = [1, 2, 4, 8, 8].map((factor) => factor * channels)
  const down: Tensor4D[] = []
  let x = images
  widths.forEach((filters, depth) => {
    if (depth > 0) x = tf.maxPool(x, 2, 2, 'same')
    x = level(`down${depth}`, x, filters)
    down.push(x)
  })
  const deep = x
  for (const depth of [3, 2]) {
    const finer = down[depth]
    x = tf.concat([finer, enlarge(x, finer.shape[1], finer.shape[2])], 3)
    x = level(`up${depth}`, x, widths[depth])
  }
  return { map: x, deep, groupSize }
}
