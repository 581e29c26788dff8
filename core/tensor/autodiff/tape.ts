import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'

/** A recorded operation: how gradients of its outputs become gradients of its inputs, each computed when asked for. */
export interface TapeNode {
  readonly kernelName: string
  readonly inputs: Readonly<Record<string, Tensor>>
  readonly outputs: readonly Tensor[]
  readonly gradient?: (outputs: readonly (Tensor | null)[]) => Readonly<Record<string, () => Tensor>>
  readonly saved: readonly Tensor[]
}

/** The parts of tfjs's engine that tf.grads is made of; it records one backward pass a forward pass, we need several. */
interface TapingEngine {
  readonly state: { activeTape: TapeNode[] | null }
  startTape(): void
  endTape(): void
}

export interface Tape<Result> {
  readonly result: Result
  /** In the order in which they ran. */
  readonly nodes: readonly TapeNode[]
  /** Frees what the operations kept for their gradients. */
  dispose(): void
}

/**
 * Runs `body` and records what it did, so that gradients can be taken of several of its tensors. Not within tf.grads and the
 * like. The tensors of its result outlive it; what else it made does not, but for what gradients need.
 */
export function recordTape<Result extends tf.TensorContainer>(body: () => Result): Tape<Result> {
  const engine = tf.engine() as unknown as TapingEngine
  engine.startTape()
  try {
    const result = tf.tidy(body)
    const nodes = engine.state.activeTape ?? []
    return {
      result,
      nodes,
      dispose: () => {
        for (const { saved } of nodes) for (const tensor of saved) tensor.dispose()
      },
    }
  } finally {
    engine.endTape()
    engine.state.activeTape = null
  }
}
