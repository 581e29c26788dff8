import type { TaskKind } from '../dataset/task.ts'

/**
 * What training saw of one task's labels in one epoch, in the order of `TaskHistory.labels`. Losses are the unweighted
 * l ≥ 0 of methods.md (after the per-task normalisation), s = log σ². NaN: not seen, or does not apply.
 */
export interface EpochRecord {
  /** 1-based. */
  readonly epoch: number
  /** [n] loss of the label, mean over its present components (masks: over pixels). */
  readonly loss: Float32Array
  /** [n] the instance-level parameter (component runs: mean over present components). NaN without parameters. */
  readonly s: Float32Array
  /** [n] mean logit margin: assigned class minus the largest other (parts: over pixels). NaN where not classification. */
  readonly margin: Float32Array
  /** [n] low quantile (10%) of the per-pixel margin of masks; NaN elsewhere. */
  readonly lowMargin: Float32Array
  /** [n] masks: Σ p_i softmax((1−p_i)/0.1) over pixels, p_i the probability of the given class; NaN elsewhere. */
  readonly softmin: Float32Array
  /** [n] keypoints: loss of the label with left and right exchanged; NaN elsewhere. */
  readonly swapLoss: Float32Array
  /** [n × components] loss of each component; NaN where the component is not present. */
  readonly componentLoss: Float32Array
  /** [n × components] parameter of each component; NaN where not present or the run has none. */
  readonly componentS: Float32Array
  /**
   * [n × components] surprise: loss minus the loss that the network itself expected, the entropy of its prediction (parts: mean
   * over the part's pixels). A joint that it cannot find anywhere surprises nobody wherever it is given. NaN where not
   * present or not classification.
   */
  readonly componentSurprise: Float32Array
}

/** One task of one run: n labels, in a fixed order, over the epochs that were recorded (ascending). */
export interface TaskHistory {
  readonly task: string
  readonly kind: TaskKind
  /** [n] database ids of the labels. */
  readonly labels: Float64Array
  /** [n] index of the person in the snapshot, the key for comparing tasks. */
  readonly people: Int32Array
  readonly components: readonly string[]
  readonly epochs: readonly EpochRecord[]
}
