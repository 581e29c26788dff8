import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { relu } from '../tensor/kernels.ts'
import { convolution, convolutionBlock, enlarge, normalisation } from './layers.ts'
import type { Scope } from './scope.ts'

export interface ResnetOptions {
  /** Channels of the four stages. */
  readonly channels: readonly [number, number, number, number]
  readonly groupSize: number
  /** Channels of the shared map at a quarter of the input's size. */
  readonly decoder: number
}

/** What heads are given: a map at a quarter of the input's size, and the deepest features. */
export interface Features {
  readonly map: Tensor4D
  readonly deep: Tensor4D
  readonly groupSize: number
}

/** ResNet-18 (He et al. 2016) with GroupNorm, its stages joined top-down into one map (FPN, Lin et al. 2017). */
export function resnet18(scope: Scope, images: Tensor4D, options: ResnetOptions): Features {
  const { channels, groupSize, decoder } = options
  let x = convolutionBlock(scope, 'stem', images, { filters: channels[0], kernel: 7, stride: 2, groupSize })
  x = tf.maxPool(x, 3, 2, 'same')
  const stages = channels.map((filters, stage) => {
    x = basicBlock(scope, `stage${stage}/block0`, x, filters, stage === 0 ? 1 : 2, groupSize)
    x = basicBlock(scope, `stage${stage}/block1`, x, filters, 1, groupSize)
    return x
  })
  let top = lateral(scope, 3, stages[3], decoder)
  for (const stage of [2, 1, 0]) {
    const finer = lateral(scope, stage, stages[stage], decoder)
    top = tf.add(finer, enlarge(top, finer.shape[1], finer.shape[2]))
  }
  const map = convolutionBlock(scope, 'decoder/merge', top, { filters: decoder, kernel: 3, groupSize })
  return { map, deep: stages[3], groupSize }
}

function lateral(scope: Scope, stage: number, x: Tensor4D, filters: number): Tensor4D {
  return convolution(scope, `decoder/lateral${stage}`, x, { filters, kernel: 1, bias: true, gain: 1 })
}

function basicBlock(
  scope: Scope,
  name: string,
  x: Tensor4D,
  filters: number,
  stride: number,
  groupSize: number,
): Tensor4D {
  const inner = convolutionBlock(scope, `${name}/a`, x, { filters, kernel: 3, stride, groupSize })
  const residual = normalisation(
    scope,
    `${name}/b/norm`,
    convolution(scope, `${name}/b`, inner, { filters, kernel: 3 }),
    groupSize,
  )
  const same = stride === 1 && x.shape[3] === filters
  const shortcut = same
    ? x
    : normalisation(
        scope,
        `${name}/shortcut/norm`,
        convolution(scope, `${name}/shortcut`, x, { filters, kernel: 1, stride }),
        groupSize,
      )
  return relu(tf.add(residual, shortcut))
}
