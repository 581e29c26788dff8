import type { Tensor } from '@tensorflow/tfjs'
import type { FeedShape } from '../../tensor/program.ts'
import type { Augmentation } from '../batch/augmentation.ts'

/** What one label's losses were in one step, before the task's normalisation; fields that do not apply stay NaN. */
export interface LabelStatistics {
  loss: number
  margin: number
  lowMargin: number
  softmin: number
  swapLoss: number
  /** [components], NaN where the component is not present. */
  readonly componentLoss: Float32Array
  /** [components] loss minus the entropy of the prediction, NaN where the component is not present or not classified. */
  readonly componentSurprise: Float32Array
}

/**
 * One task's loss: the part that is computed on the engine, the feeds it needs, and the bookkeeping around them. The
 * objective on the engine is Σ weight · elementwise loss, so every weighting is a matter of what is fed. An instance owns
 * the feed arrays of one batch of fixed size.
 */
export interface TaskLoss {
  readonly components: number
  /** Squared-error losses: parameters weigh by e^{−s}/2 (methods.md 1). */
  readonly regression: boolean
  /** Shapes of the feeds by name, local to the task. */
  readonly feeds: Readonly<Record<string, FeedShape>>
  /** The feed arrays, by the same names; filled by `fill` and `weigh`. */
  readonly values: Readonly<Record<string, Float32Array | Int32Array>>
  /** The scalar to be minimised and what `read` needs, from the head's raw output. */
  compute(raw: Tensor, feeds: Readonly<Record<string, Tensor>>): { objective: Tensor; outputs: Record<string, Tensor> }
  /** Empties row b: it takes no part in the objective. */
  clear(b: number): void
  /** Puts a snapshot row, augmented, into row b. False when nothing of the label is left to learn from: b is empty then. */
  fill(b: number, row: ArrayLike<number>, augmentation: Augmentation): boolean
  /**
   * Sets the element weights of a filled row so that its part of the objective is `share` × the mean over its present
   * components of weights[c] · l_c (masks: each part counting by its pixels, so that with equal weights this is the mean over
   * pixels), or, with a single weight for several components, weights[0] × the label's loss.
   */
  weigh(b: number, weights: Float32Array, share: number): void
  /** The part of the objective, as weighed, that no network can get below; missing: none. */
  floor?(): number
  /** Losses of the filled row b from the outputs of the step. */
  read(b: number, outputs: Readonly<Record<string, Float32Array | Int32Array>>, into: LabelStatistics): void
}

/** Statistics with everything "does not apply". */
export function emptyStatistics(components: number): LabelStatistics {
  return {
    loss: NaN,
    margin: NaN,
    lowMargin: NaN,
    softmin: NaN,
    swapLoss: NaN,
    componentLoss: new Float32Array(components).fill(NaN),
    componentSurprise: new Float32Array(components).fill(NaN),
  }
}

/** Sets every field back to "does not apply". */
export function resetStatistics(statistics: LabelStatistics): void {
  statistics.loss = statistics.margin = statistics.lowMargin = statistics.softmin = statistics.swapLoss = NaN
  statistics.componentLoss.fill(NaN)
  statistics.componentSurprise.fill(NaN)
}
