import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { relu } from '../tensor/kernels.ts'
import type { Backbone } from './backbone.ts'
import { convolution, convolutionBlock, enlarge, normalisation } from './layers.ts'
import { basicBlock } from './resnet.ts'
import type { Scope } from './scope.ts'

export interface HrnetOptions {
  /** Channels of the finest resolution; each coarser one has twice as many. */
  readonly channels: number
  readonly groupSize: number
  /** Channels of the shared map at a quarter of the input's size. */
  readonly decoder: number
}

/** Resolutions of the last three stages; the first has one. */
const resolutions = [2, 3, 4] as const
const blocks = 2

/**
 * A small HRNet (Wang et al., TPAMI 2020): from a quarter of the size on, two to four resolutions side by side, each of two
 * residual blocks a stage, and at the end of every stage each resolution gets the sum of all.
 */
export function hrnet({ channels, groupSize, decoder }: HrnetOptions): Backbone {
  const widthOf = (resolution: number): number => channels * 2 ** resolution
  const run = (scope: Scope, name: string, x: Tensor4D): Tensor4D => {
    let y = x
    for (let index = 0; index < blocks; index++) {
      y = basicBlock(scope, `${name}/block${index}`, y, { filters: x.shape[3], stride: 1, dilation: 1, groupSize })
    }
    return y
  }
  return {
    groupSize,
    encode(scope, images) {
      const halved = { filters: channels, kernel: 3, stride: 2, groupSize }
      const half = convolutionBlock(scope, 'stem/a', images, halved)
      let branches = [run(scope, 'stage0', convolutionBlock(scope, 'stem/b', half, halved))]
      for (const count of resolutions) {
        const stage = `stage${count - 1}`
        const coarsest = branches[branches.length - 1]
        const added = { filters: widthOf(count - 1), kernel: 3, stride: 2, groupSize }
        branches = [...branches, convolutionBlock(scope, `${stage}/coarser`, coarsest, added)]
        branches = branches.map((x, at) => run(scope, `${stage}/resolution${at}`, x))
        branches = branches.map((_, at) => fused(scope, `${stage}/fusion${at}`, branches, at, groupSize))
      }
      return branches.map((x) => ({ first: x, last: x }))
    },
    decode(scope, branches) {
      const [, height, width] = branches[0].shape
      const joined = tf.concat(
        branches.map((x) => enlarge(x, height, width)),
        3,
      )
      const map = convolutionBlock(scope, 'decoder/merge', joined, { filters: decoder, kernel: 1, groupSize })
      return { map, deep: branches[branches.length - 1], groupSize }
    },
  }
}

/** Σ of all resolutions, brought to the size and channels of one: 3×3 with strides of 2 downwards, 1×1 and enlarged upwards. */
function fused(scope: Scope, name: string, branches: readonly Tensor4D[], target: number, groupSize: number): Tensor4D {
  const [, height, width, filters] = branches[target].shape
  const terms = branches.map((branch, source) => {
    if (source === target) return branch
    const own = `${name}/from${source}`
    if (source > target) {
      const narrow = convolution(scope, own, branch, { filters, kernel: 1 })
      return enlarge(normalisation(scope, `${own}/norm`, narrow, groupSize), height, width)
    }
    let x = branch
    for (let step = source + 1; step <= target; step++) {
      const last = step === target
      const layer = `${own}/${step}`
      const y = convolution(scope, layer, x, { filters: last ? filters : x.shape[3], kernel: 3, stride: 2 })
      x = normalisation(scope, `${layer}/norm`, y, groupSize)
      if (!last) x = relu(x)
    }
    return x
  })
  return relu(tf.addN(terms) as Tensor4D)
}
