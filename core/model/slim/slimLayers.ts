import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { groupNorm, relu } from '../../tensor/kernels.ts'
import type { Scope } from '../scope.ts'
import { channelsAt } from './widths.ts'
import type { SlimWidth } from './widths.ts'

/** Sizes of a layer at its full width, and how much of its outputs is computed; how much it is given, its input says. */
export interface SlimOptions {
  /** Channels of the input at full width. */
  readonly inputs: number
  readonly filters: number
  readonly width: SlimWidth
  readonly kernel: number
  readonly stride?: number
  readonly gain?: number
}

/** A convolution, `same` padding, of the channels that there are to the first filters. */
export function slimConvolution(scope: Scope, name: string, x: Tensor4D, options: SlimOptions): Tensor4D {
  const { inputs, filters, width, kernel, stride = 1, gain } = options
  const [channels, outputs] = [x.shape[3], channelsAt(filters, width)]
  const initial = { fanIn: kernel * kernel * inputs, gain }
  const shape = [kernel, kernel, inputs, filters]
  const filter = scope.sliced(`${name}/kernel`, shape, initial, [kernel, kernel, channels, outputs]) as Tensor4D
  const y = tf.conv2d(x, filter, stride, 'same')
  scope.count(y.shape[1] * y.shape[2] * kernel * kernel * channels * outputs)
  return y
}

/**
 * Group normalisation of the first of `full` channels. Groups have a fixed number of channels, so a narrow layer's are the first
 * ones of the wide layer's, and no normalisation has to be switched with the width.
 */
export function slimNormalisation(scope: Scope, name: string, x: Tensor4D, full: number, groupSize: number): Tensor4D {
  const taken = [x.shape[3]]
  const gamma = scope.sliced(`${name}/gamma`, [full], { constant: 1 }, taken)
  const beta = scope.sliced(`${name}/beta`, [full], { constant: 0 }, taken)
  return groupNorm(x, gamma, beta, groupSize)
}

/** Convolution, group normalisation, ReLU. */
export function slimBlock(
  scope: Scope,
  name: string,
  x: Tensor4D,
  options: SlimOptions & { readonly groupSize: number },
): Tensor4D {
  const y = slimConvolution(scope, name, x, options)
  return relu(slimNormalisation(scope, `${name}/norm`, y, options.filters, options.groupSize))
}

/** The last axis filled up with zeros. */
export function widened<T extends Tensor>(x: T, channels: number): T {
  const missing = channels - (x.shape.at(-1) ?? 0)
  if (missing === 0) return x
  return tf.pad(x, [...x.shape.slice(1).map(() => [0, 0] as [number, number]), [0, missing]]) as T
}
