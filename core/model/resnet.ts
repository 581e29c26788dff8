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

type Block = (scope: Scope, name: string, x: Tensor4D, filters: number, stride: number, groupSize: number) => Tensor4D

/** ResNet-18 (He et al. 2016) with GroupNorm, its stages joined top-down into one map (FPN, Lin et al. 2017). */
export function resnet18(scope: Scope, images: Tensor4D, options: ResnetOptions): Features {
  return resnet(scope, images, options, basicBlock, [2, 2, 2, 2])
}

/** ResNet-50 likewise: bottleneck blocks whose outputs have four times the stage's channels. */
export function resnet50(scope: Scope, images: Tensor4D, options: ResnetOptions): Features {
  return resnet(scope, images, options, bottleneckBlock, [3, 4, 6, 3])
}

function resnet(
  scope: Scope,
  images: Tensor4D,
  { channels, groupSize, decoder }: ResnetOptions,
  block: Block,
  depths: readonly number[],
): Features {
  let x = convolutionBlock(scope, 'stem', images, { filters: channels[0], kernel: 7, stride: 2, groupSize })
  x = tf.maxPool(x, 3, 2, 'same')
  const stages = channels.map((filters, stage) => {
    for (let index = 0; index < depths[stage]; index++) {
      const stride = stage > 0 && index === 0 ? 2 : 1
      x = block(scope, `stage${stage}/block${index}`, x, filters, stride, groupSize)
    }
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
  return relu(tf.add(residual, shortcutOf(scope, name, x, filters, stride, groupSize)))
}

/** 1×1 to `filters` channels, 3×3 (which has the stride, as in ResNet v1.5), 1×1 to four times as many. */
function bottleneckBlock(
  scope: Scope,
  name: string,
  x: Tensor4D,
  filters: number,
  stride: number,
  groupSize: number,
): Tensor4D {
  const outputs = 4 * filters
  const narrow = convolutionBlock(scope, `${name}/a`, x, { filters, kernel: 1, groupSize })
  const inner = convolutionBlock(scope, `${name}/b`, narrow, { filters, kernel: 3, stride, groupSize })
  const residual = normalisation(
    scope,
    `${name}/c/norm`,
    convolution(scope, `${name}/c`, inner, { filters: outputs, kernel: 1 }),
    groupSize,
  )
  return relu(tf.add(residual, shortcutOf(scope, name, x, outputs, stride, groupSize)))
}

/** The block's input, projected where its size or channels change. */
function shortcutOf(
  scope: Scope,
  name: string,
  x: Tensor4D,
  filters: number,
  stride: number,
  groupSize: number,
): Tensor4D {
  if (stride === 1 && x.shape[3] === filters) return x
  const projected = convolution(scope, `${name}/shortcut`, x, { filters, kernel: 1, stride })
  return normalisation(scope, `${name}/shortcut/norm`, projected, groupSize)
}
