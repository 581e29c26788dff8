import { createEagerSession } from '../tensor/eagerSession.ts'
import type { Program, Session, WeightSpecification } from '../tensor/program.ts'
import { loadTensorflow } from '../tensor/tensorflow.ts'
import { createTracedSession } from '../tensor/trace/tracedSession.ts'
import { MendError } from '../dataset/mendError.ts'
import type { RunConfiguration } from './configuration.ts'

export interface ChosenEngine {
  readonly name: 'tensorflow'
  readonly reason: string
  readonly device: string
}

/**
 * Makes the asked-for engine tfjs's backend.
 * @throws MendError `engine-unavailable` when it cannot be had here.
 */
export function chooseEngine(asked: RunConfiguration['engine']): ChosenEngine {
  if (asked === 'webgpu' || asked === 'wasm') {
    throw new MendError(
      'engine-unavailable',
      `training on ${asked} is not part of this version`,
      'use --engine tensorflow; `mend engine list` shows what is installed',
    )
  }
  const tensorflow = loadTensorflow()
  return {
    name: 'tensorflow',
    reason: asked === 'auto' ? 'the only engine that trains in this version' : 'asked for',
    device: `TensorFlow ${tensorflow.version}, ${tensorflow.gpu ? 'GPU' : 'CPU'}`,
  }
}

/** The traced session, or the eager one with the reason why when a program cannot be traced. */
export function createSession(
  weights: readonly WeightSpecification[],
  programs: readonly Program[],
): { session: Session; fallback: string | null } {
  try {
    return { session: createTracedSession(loadTensorflow(), weights, programs), fallback: null }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { session: createEagerSession(weights, programs), fallback: reason }
  }
}
