import type { Tensor4D } from '@tensorflow/tfjs'
import type { Features } from '../backbone.ts'
import type { Scope } from '../scope.ts'

/** One layer of a stream, as a node of a tree computes it. */
export interface StreamLayer {
  readonly name: string
  /** Layers below whose features, as the node sees them, it is computed from; none: the images. */
  readonly reads: readonly number[]
  compute(scope: Scope, inputs: readonly Tensor4D[]): Tensor4D
}

/** A backbone in layers that nodes of several tasks may share. */
export interface Streams {
  readonly layers: readonly StreamLayer[]
  /** Layers that a head's features are made of. */
  readonly headReads: readonly number[]
  features(inputs: readonly Tensor4D[]): Features
}
