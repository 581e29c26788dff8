import * as tf from '@tensorflow/tfjs'
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { groupNorm, relu, resizeBilinear } from '../tensor/kernels.ts'
import { adapter } from './adapters.ts'
import { modulatedKernel } from './filterBank.ts'
import { filterShares } from './filterGroups.ts'
import { batchNormalisation } from './runningStatistics.ts'
import type { Scope } from './scope.ts'
import { taskWeight } from './weightNames.ts'

export interface ConvolutionOptions {
  readonly filters: number
  readonly kernel: number
  readonly stride?: number
  /** Distance of the kernel's taps; only with a stride of 1. */
  readonly dilation?: number
  readonly bias?: boolean
  /** Variance gain of the initial weights; 2 before a ReLU. */
  readonly gain?: number
}

/** 2-D convolution, `same` padding: x [B,H,W,Cin] → [B,⌈H/stride⌉,⌈W/stride⌉,filters], of the scope's style. */
export function convolution(scope: Scope, name: string, x: Tensor4D, options: ConvolutionOptions): Tensor4D {
  const { filters, bias = false } = options
  const y = withoutBias(scope, name, x, options)
  if (!bias) return y
  const { style } = scope
  // Modulated filters are the task's, and so is what is added to them.
  const biasName = style.convolution === 'bank' && style.task !== null ? taskWeight(style.task, name) : name
  const added = scope.weight(`${biasName}/bias`, [filters], { constant: 0 })
  const shares = style.convolution === 'grouped' ? filterShares(scope, name, filters) : null
  return tf.add(y, shares === null ? added : tf.mul(added, shares))
}

function withoutBias(scope: Scope, name: string, x: Tensor4D, options: ConvolutionOptions): Tensor4D {
  const { filters, kernel, stride = 1, dilation = 1, gain } = options
  const channels = x.shape[3]
  const fanIn = kernel * kernel * channels
  const shape = [kernel, kernel, channels, filters] as const
  const apply = (filter: Tensor4D): Tensor4D => {
    const y = dilation === 1 ? tf.conv2d(x, filter, stride, 'same') : dilated(x, filter, dilation)
    scope.count(y.shape[1] * y.shape[2] * filters * fanIn)
    return y
  }
  const drawn = { fanIn, gain }
  switch (scope.style.convolution) {
    case 'bank':
      return apply(modulatedKernel(scope, name, scope.fixed(`${name}/kernel`, shape, drawn) as Tensor4D))
    case 'grouped': {
      const filter = scope.weight(`${name}/kernel`, shape, drawn) as Tensor4D
      return apply(tf.mul(filter, filterShares(scope, name, filters)))
    }
    case 'adapted':
    case 'plain': {
      const filter = scope.weight(`${name}/kernel`, shape, drawn) as Tensor4D
      // Of one input with shared weights, the first layer's above all, passes of several tasks compute the same.
      const y = scope.style.task === null ? apply(filter) : scope.once(`${filter.id} of ${x.id}`, () => apply(filter))
      return scope.style.convolution === 'adapted' && kernel === 3 ? tf.add(y, adapter(scope, name, x, options)) : y
    }
  }
}

/**
 * A convolution whose taps are `rate` apart, as one of the rate² interleaved images that each hold every rate-th pixel: engines
 * have no gradient of dilated kernels.
 */
function dilated(x: Tensor4D, filter: Tensor4D, rate: number): Tensor4D {
  const [, height, width] = x.shape
  if (rate >= height && rate >= width && filter.shape[0] === 3) {
    // All taps but the middle one lie outside.
    return tf.conv2d(x, tf.slice(filter, [1, 1, 0, 0], [1, 1, -1, -1]), 1, 'same')
  }
  const missing = (size: number): number => (rate - (size % rate)) % rate
  const edges = [
    [0, missing(height)],
    [0, missing(width)],
  ]
  const interleaved = tf.spaceToBatchND(x, [rate, rate], edges)
  return tf.batchToSpaceND(tf.conv2d(interleaved, filter, 1, 'same'), [rate, rate], edges)
}

/**
 * Normalisation of the scope's style. Of groups: with a fixed number of channels a group, so that a slice of whole groups
 * normalises as in the whole.
 */
export function normalisation(scope: Scope, name: string, x: Tensor4D, groupSize: number): Tensor4D {
  const channels = x.shape[3]
  const { norm, owns, task, convolution: kind } = scope.style
  const own = owns === 'norms' && task !== null ? taskWeight(task, name) : name
  let gamma = scope.weight(`${own}/gamma`, [channels], { constant: 1 })
  let beta = scope.weight(`${own}/beta`, [channels], { constant: 0 })
  if (kind === 'grouped') {
    const shares = filterShares(scope, name.replace(/\/norm$/, ''), channels)
    gamma = tf.mul(gamma, shares)
    beta = tf.mul(beta, shares)
  }
  return norm === 'group' ? groupNorm(x, gamma, beta, groupSize) : batchNormalisation(scope, own, x, gamma, beta)
}

/** Convolution, normalisation, ReLU. */
export function convolutionBlock(
  scope: Scope,
  name: string,
  x: Tensor4D,
  options: ConvolutionOptions & { readonly groupSize: number },
): Tensor4D {
  return relu(normalisation(scope, `${name}/norm`, convolution(scope, name, x, options), options.groupSize))
}

/** x [B,N] → [B,units]. */
export function dense(scope: Scope, name: string, x: Tensor2D, units: number, gain = 2): Tensor2D {
  const inputs = x.shape[1]
  scope.count(inputs * units)
  const kernel = scope.weight(`${name}/kernel`, [inputs, units], { fanIn: inputs, gain }) as Tensor2D
  return tf.add(tf.matMul(x, kernel), scope.weight(`${name}/bias`, [units], { constant: 0 }))
}

/** Mean over pixels: [B,H,W,C] → [B,C]. */
export function globalAverage(x: Tensor4D): Tensor2D {
  return tf.mean(x, [1, 2])
}

/** Bilinear enlargement to a given size, half-pixel centres. */
export function enlarge(x: Tensor4D, height: number, width: number): Tensor4D {
  if (x.shape[1] === height && x.shape[2] === width) return x
  return resizeBilinear(x, height, width)
}
