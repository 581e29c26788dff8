import type { Tensor } from '@tensorflow/tfjs'

export interface FeedShape {
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'int32'
}

/** Feeds by name, row-major. */
export type FeedValues = Readonly<Record<string, Float32Array | Int32Array>>
export type Weights = Readonly<Record<string, Tensor>>

/**
 * One computation over a run's weights, a pure function of its feeds and the weights, so that an engine may trace it once
 * into a graph and run that instead. With `gradients` it is a training step: the session updates the weights by Adam.
 */
export interface Program {
  readonly name: string
  readonly feeds: Readonly<Record<string, FeedShape>>
  compute(feeds: Readonly<Record<string, Tensor>>, weights: Weights): ProgramResult
}

export interface ProgramResult {
  readonly outputs: Readonly<Record<string, Tensor>>
  /** Gradients by weight name, of all trainable weights or of those that the program trains; others stay as they are. */
  readonly gradients?: Readonly<Record<string, Tensor>>
  /** Of a training step: new values of weights that no gradient moves, by name; the session's to dispose of. */
  readonly replaced?: Readonly<Record<string, Tensor>>
}

/** Adam's step sizes at one step (Kingma & Ba 2015), decoupled weight decay (Loshchilov & Hutter 2019, eq. 9–12). */
export interface AdamStep {
  readonly learningRate: number
  /** 1-based number of this update. */
  readonly step: number
  readonly weightDecay: number
}

export const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const

/** A run's weights and optimizer slots on an engine, and the programs over them. */
export interface Session {
  readonly kind: 'traced' | 'eager'
  /**
   * Adds programs over the same weights, at any time; weights and slots stay as they are. Returns why they run kernel by
   * kernel where others are traced; null where there is nothing to say.
   * @throws Error a name that is taken; on a session that only traces, what cannot be traced.
   */
  add(programs: readonly Program[]): string | null
  /** Runs a program once; a training program also updates weights and slots. Outputs are read back, row-major. */
  run(program: string, feeds: FeedValues, update?: AdamStep): Record<string, Float32Array | Int32Array>
  /** Weights by name, and slots of trainable ones as `name/m` and `name/v`. */
  readState(): Map<string, Float32Array>
  /** Replaces every weight and slot; all names of `readState` must be there with their sizes. */
  writeState(state: ReadonlyMap<string, Float32Array>): void
  dispose(): void
}

export interface WeightSpecification {
  readonly name: string
  readonly shape: readonly number[]
  readonly initial: Float32Array
  /** No gradient moves it, and it has no slots: a running statistic, a frozen filter. */
  readonly trainable?: false
}
