import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import type { Backbone, Features } from './backbone.ts'
import { convolutionBlock, enlarge, globalAverage } from './layers.ts'
import { basicBlock, bottleneckBlock, encodeResnet } from './resnet.ts'
import type { ResnetOptions } from './resnet.ts'
import type { Scope } from './scope.ts'

/** Distances of the taps of the spatial pyramid's convolutions, for an output stride of 8 with half the paper's rates. */
const pyramidRates = [6, 12, 18] as const

/**
 * DeepLab v3 (Chen et al. 2017) over ResNet-18 or -50: the last two stages keep an eighth of the size and are dilated by 2 and 4
 * instead, and an atrous spatial pyramid (1×1, three dilated 3×3, the image's mean) makes the map. Heads work at a quarter of the
 * size, to which it is enlarged.
 */
export function deeplab(layers: 18 | 50, { channels, groupSize, decoder }: ResnetOptions): Backbone {
  const block = layers === 18 ? basicBlock : bottleneckBlock
  const depths = layers === 18 ? [2, 2, 2, 2] : [3, 4, 6, 3]
  const dilation = { strides: [1, 2, 1, 1], dilations: [1, 1, 2, 4] }
  return {
    groupSize,
    encode: (scope, images) => encodeResnet(scope, images, { channels, groupSize, block, depths, ...dilation }),
    decode: (scope, stages) => spatialPyramid(scope, stages, decoder, groupSize),
  }
}

function spatialPyramid(scope: Scope, stages: readonly Tensor4D[], filters: number, groupSize: number): Features {
  const x = stages[3]
  const [batch, height, width, channels] = x.shape
  const options = { filters, groupSize }
  const mean = tf.reshape(globalAverage(x), [batch, 1, 1, channels]) as Tensor4D
  const ofImage = convolutionBlock(scope, 'decoder/image', mean, { ...options, kernel: 1 })
  const branches = [
    convolutionBlock(scope, 'decoder/rate1', x, { ...options, kernel: 1 }),
    ...pyramidRates.map((rate) =>
      convolutionBlock(scope, `decoder/rate${rate}`, x, { ...options, kernel: 3, dilation: rate }),
    ),
    tf.mul(ofImage, tf.ones([batch, height, width, 1])) as Tensor4D,
  ]
  const merged = convolutionBlock(scope, 'decoder/merge', tf.concat(branches, 3), { ...options, kernel: 1 })
  const [, mapHeight, mapWidth] = stages[0].shape
  // A layout of as many places as those of the other networks have, whose deepest stage is four times as coarse.
  return { map: enlarge(merged, mapHeight, mapWidth), deep: tf.maxPool(x, 4, 4, 'same'), groupSize }
}
