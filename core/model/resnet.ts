import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { relu } from '../tensor/kernels.ts'
import { excitation } from './adapters.ts'
import type { Backbone, Features, Stage } from './backbone.ts'
import { convolution, convolutionBlock, enlarge, normalisation } from './layers.ts'
import type { Scope } from './scope.ts'
import type { Streams } from './tree/streams.ts'

export type { Features } from './backbone.ts'

export interface ResnetOptions {
  /** Channels of the four stages. */
  readonly channels: readonly [number, number, number, number]
  readonly groupSize: number
  /** Channels of the shared map at a quarter of the input's size. */
  readonly decoder: number
}

export interface EncoderOptions extends Pick<ResnetOptions, 'channels' | 'groupSize'> {
  readonly block: Block
  /** Blocks of each stage. */
  readonly depths: readonly number[]
  /** Of each stage; `[1, 2, 2, 2]` by default. */
  readonly strides?: readonly number[]
  /** Of each stage's 3×3 convolutions; 1 by default. */
  readonly dilations?: readonly number[]
}

interface BlockOptions {
  readonly filters: number
  readonly stride: number
  readonly dilation: number
  readonly groupSize: number
}
type Block = (scope: Scope, name: string, x: Tensor4D, options: BlockOptions) => Tensor4D

/** ResNet-18 (He et al. 2016), its stages joined top-down into one map (FPN, Lin et al. 2017). */
export function resnet18(options: ResnetOptions): Backbone {
  return resnet(options, basicBlock, [2, 2, 2, 2])
}

/** ResNet-50 likewise: bottleneck blocks whose outputs have four times the stage's channels. */
export function resnet50(options: ResnetOptions): Backbone {
  return resnet(options, bottleneckBlock, [3, 4, 6, 3])
}

function resnet({ channels, groupSize, decoder }: ResnetOptions, block: Block, depths: readonly number[]): Backbone {
  return {
    groupSize,
    encode: (scope, images) => encodeResnet(scope, images, { channels, groupSize, block, depths }),
    decode: (scope, stages) => pyramid(scope, stages, decoder, groupSize),
  }
}

/** Stem (an eighth of whose pixels remain a quarter in each direction) and four stages of residual blocks. */
export function encodeResnet(scope: Scope, images: Tensor4D, options: EncoderOptions): Stage[] {
  let x = stem(scope, images, options)
  return options.channels.map((_, stage) => {
    const made = encodeStage(scope, x, stage, options)
    x = made.last
    return made
  })
}

function stem(scope: Scope, images: Tensor4D, { channels, groupSize }: EncoderOptions): Tensor4D {
  const x = convolutionBlock(scope, 'stem', images, { filters: channels[0], kernel: 7, stride: 2, groupSize })
  return tf.maxPool(x, 3, 2, 'same')
}

function encodeStage(scope: Scope, below: Tensor4D, stage: number, options: EncoderOptions): Stage {
  const { channels, groupSize, block, depths, strides = [1, 2, 2, 2], dilations = [1, 1, 1, 1] } = options
  const filters = channels[stage]
  let [x, first] = [below, below]
  for (let index = 0; index < depths[stage]; index++) {
    const stride = index === 0 ? strides[stage] : 1
    x = block(scope, `stage${stage}/block${index}`, x, { filters, stride, dilation: dilations[stage], groupSize })
    if (index === 0) first = x
  }
  return { first, last: x }
}

/** ResNet-18 in the layers of a tree: stem, four stages, and the map that joins them. */
export function resnet18Streams({ channels, groupSize, decoder }: ResnetOptions): Streams {
  const options = { channels, groupSize, block: basicBlock, depths: [2, 2, 2, 2] }
  return {
    layers: [
      { name: 'stem', reads: [], compute: (scope, [images]) => stem(scope, images, options) },
      ...channels.map((_, stage) => ({
        name: `stage ${stage + 1}`,
        reads: [stage],
        compute: (scope: Scope, [below]: readonly Tensor4D[]) => encodeStage(scope, below, stage, options).last,
      })),
      {
        name: 'decoder',
        reads: [1, 2, 3, 4],
        compute: (scope, stages) => pyramid(scope, stages, decoder, groupSize).map,
      },
    ],
    headReads: [4, 5],
    features: ([deep, map]) => ({ map, deep, groupSize }),
  }
}

function pyramid(scope: Scope, stages: readonly Tensor4D[], decoder: number, groupSize: number): Features {
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

/** Two 3×3 convolutions beside a shortcut. */
export function basicBlock(scope: Scope, name: string, x: Tensor4D, options: BlockOptions): Tensor4D {
  const { filters, stride, dilation, groupSize } = options
  const inner = convolutionBlock(scope, `${name}/a`, x, { filters, kernel: 3, stride, dilation, groupSize })
  const residual = normalisation(
    scope,
    `${name}/b/norm`,
    convolution(scope, `${name}/b`, inner, { filters, kernel: 3, dilation }),
    groupSize,
  )
  return joined(scope, name, residual, shortcutOf(scope, name, x, filters, stride, groupSize))
}

/** 1×1 to `filters` channels, 3×3 (which has the stride, as in ResNet v1.5), 1×1 to four times as many. */
export function bottleneckBlock(scope: Scope, name: string, x: Tensor4D, options: BlockOptions): Tensor4D {
  const { filters, stride, dilation, groupSize } = options
  const outputs = 4 * filters
  const narrow = convolutionBlock(scope, `${name}/a`, x, { filters, kernel: 1, groupSize })
  const inner = convolutionBlock(scope, `${name}/b`, narrow, { filters, kernel: 3, stride, dilation, groupSize })
  const residual = normalisation(
    scope,
    `${name}/c/norm`,
    convolution(scope, `${name}/c`, inner, { filters: outputs, kernel: 1 }),
    groupSize,
  )
  return joined(scope, name, residual, shortcutOf(scope, name, x, outputs, stride, groupSize))
}

function joined(scope: Scope, name: string, residual: Tensor4D, shortcut: Tensor4D): Tensor4D {
  const weighed = scope.style.convolution === 'adapted' ? excitation(scope, name, residual) : residual
  return relu(tf.add(weighed, shortcut))
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
