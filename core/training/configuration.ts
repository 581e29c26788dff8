import { defaultBalancing } from './balancingChoices.ts'
import type { BalancingChoices } from './balancingChoices.ts'
import { defaultNetwork } from './networkChoices.ts'
import type { NetworkChoices } from './networkChoices.ts'

/** Everything that a run depends on besides its snapshot; stored with the run and printed with its results. */
export interface RunConfiguration extends BalancingChoices, NetworkChoices {
  /** Tasks to learn, by name; a subset of the snapshot's. */
  readonly tasks: readonly string[]
  /** Crop size of the snapshot. */
  readonly height: number
  readonly width: number
  readonly epochs: number
  readonly batch: number
  /** Adam's learning rate at its peak; cosine to 0 after a short warm-up. */
  readonly learningRate: number
  readonly weightDecay: number
  /** Global norm above which the model's gradient is scaled down. */
  readonly clipNorm: number
  /** `component`: one parameter per joint, attribute, part or vector group; `instance`: one per label (the paper); `none`. */
  readonly parameters: 'component' | 'instance' | 'none'
  /** Effective step of the parameters, lr/B of methods.md 1. */
  readonly parameterRate: number
  /**
   * Its heavy-ball momentum. A label is visited once an epoch, so at 0.9 and 0.1 s rings with a period of 20 epochs; measured
   * by replaying the losses of LSP-extended, 20% deranged, 30 epochs: detection .82 there, .86 at 0.5 and 0.3.
   */
  readonly parameterMomentum: number
  /** Epochs during which parameters stay 0 (losses are normalised by the median of the first). */
  readonly warmupEpochs: number
  /** How much crops are changed from step to step; see batch/augmentation.ts. */
  readonly augment: 'none' | 'light' | 'strong'
  readonly engine: 'auto' | 'tensorflow' | 'webgpu' | 'wasm'
  readonly seed: number
  /** Write a checkpoint every this many epochs (the last always). */
  readonly checkpointEvery: number
}

/** As it is asked for and stored: `auto` until the run has found the largest batch that fits into memory, and kept it. */
export interface RunRequest extends Omit<RunConfiguration, 'batch'> {
  readonly batch: number | 'auto'
}

export { modelNames } from './networkChoices.ts'
export type { ModelName } from './networkChoices.ts'

export const defaultConfiguration: Omit<RunConfiguration, 'tasks'> = {
  ...defaultNetwork,
  height: 96,
  width: 64,
  epochs: 20,
  batch: 16,
  learningRate: 3e-3,
  weightDecay: 1e-4,
  clipNorm: 5,
  parameters: 'component',
  parameterRate: 0.2,
  parameterMomentum: 0.5,
  warmupEpochs: 1,
  weighting: 'equal',
  aggregation: 'sum',
  gradient: 'none',
  balancing: defaultBalancing,
  augment: 'light',
  engine: 'auto',
  seed: 1,
  checkpointEvery: 1,
}
