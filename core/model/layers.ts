import * as tf from '@tensorflow/tfjs'
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import { groupNorm, relu, resizeBilinear } from '../tensor/kernels.ts'
import type { Scope } from './scope.ts'

export interface ConvolutionOptions {
  readonly filters: number
  readonly kernel: number
  readonly stride?: number
  readonly bias?: boolean
  /** Variance gain of the initial weights; 2 before a ReLU. */
  readonly gain?: number
}

/** 2-D convolution, `same` padding: x [B,H,W,Cin] → [B,⌈H/stride⌉,⌈W/stride⌉,filters]. */
export function convolution(scope: Scope, name: string, x: Tensor4D, options: ConvolutionOptions): Tensor4D {
  const { filters, kernel, stride = 1, bias = false, gain } = options
  const channels = x.shape[3]
  const fanIn = kernel * kernel * channels
  const filter = scope.weight(`${name}/kernel`, [kernel, kernel, channels, filters], { fanIn, gain }) as Tensor4D
  const y = tf.conv2d(x, filter, stride, 'same')
  scope.count(y.shape[1] * y.shape[2] * filters * fanIn)
  return bias ? tf.add(y, scope.weight(`${name}/bias`, [filters], { constant: 0 })) : y
}

/** Group normalisation with a fixed number of channels a group: a slice of whole groups normalises as in the whole. */
export function normalisation(scope: Scope, name: string, x: Tensor4D, groupSize: number): Tensor4D {
  const channels = x.shape[3]
  const gamma = scope.weight(`${name}/gamma`, [channels], { constant: 1 })
  const beta = scope.weight(`${name}/beta`, [channels], { constant: 0 })
  return groupNorm(x, gamma, beta, groupSize)
}

/** Convolution, group normalisation, ReLU. */
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
