import type { Tensor4D } from '@tensorflow/tfjs'
import type { Scope } from './scope.ts'

/** One stage of an encoder: its features after the first block and after the last. */
export interface Stage {
  readonly first: Tensor4D
  readonly last: Tensor4D
}

/** What heads are given: a map at a quarter of the input's size, and the deepest features. */
export interface Features {
  readonly map: Tensor4D
  readonly deep: Tensor4D
  readonly groupSize: number
}

/** A trunk in two parts, so that what a task sees of the encoder can be changed in between. */
export interface Backbone {
  readonly groupSize: number
  /** images [B,H,W,3] → features of each stage, the finest first. */
  encode(scope: Scope, images: Tensor4D): readonly Stage[]
  /** The last features of each stage → what heads are given. */
  decode(scope: Scope, stages: readonly Tensor4D[]): Features
}
