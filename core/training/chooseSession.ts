import { createEagerSession } from '../tensor/eagerSession.ts'
import type { Program, Session, WeightSpecification } from '../tensor/program.ts'
import { currentTensorflow, loadTensorflow } from '../tensor/tensorflow.ts'
import { createTracedSession } from '../tensor/trace/tracedSession.ts'
import { loadWebAssembly } from '../tensor/wasm/webAssembly.ts'
import { MendError } from '../dataset/mendError.ts'
import type { RunConfiguration } from './configuration.ts'

export interface ChosenEngine {
  readonly name: 'tensorflow' | 'wasm'
  readonly reason: string
  readonly device: string
}

/**
 * Makes the asked-for engine tfjs's backend; `auto` takes TensorFlow where it can be loaded, else WebAssembly.
 * @throws MendError `engine-unavailable`, `tensorflow-unavailable` or `webassembly-unavailable` when it cannot be had here.
 */
export async function chooseEngine(asked: RunConfiguration['engine']): Promise<ChosenEngine> {
  switch (asked) {
    case 'tensorflow':
      return chooseTensorflow('asked for')
    case 'wasm':
      return chooseWebAssembly('asked for')
    case 'webgpu':
      throw new MendError(
        'engine-unavailable',
        'training on webgpu is not part of this version',
        'use --engine auto; `mend engine list` shows what there is',
      )
    case 'auto':
      try {
        return chooseTensorflow('the fastest engine that is installed')
      } catch (error) {
        if (!(error instanceof MendError)) throw error
        return chooseWebAssembly(`slower, but ${error.message}; "mend engine install cpu" installs TensorFlow`)
      }
  }
}

function chooseTensorflow(reason: string): ChosenEngine {
  const { version, gpu } = loadTensorflow()
  return { name: 'tensorflow', reason, device: `TensorFlow ${version}, ${gpu ? 'GPU' : 'CPU'}` }
}

async function chooseWebAssembly(reason: string): Promise<ChosenEngine> {
  const { version, simd } = await loadWebAssembly()
  return { name: 'wasm', reason, device: `WebAssembly (tfjs ${version}), one thread${simd ? '' : ', without SIMD'}` }
}

/**
 * On TensorFlow the traced session, or the eager one with the reason why when a program cannot be traced; the eager session
 * on other engines, which run kernel by kernel anyway.
 */
export function createSession(
  weights: readonly WeightSpecification[],
  programs: readonly Program[],
): { session: Session; fallback: string | null } {
  const tensorflow = currentTensorflow()
  if (!tensorflow) return { session: createEagerSession(weights, programs), fallback: null }
  try {
    return { session: createTracedSession(tensorflow, weights, programs), fallback: null }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { session: createEagerSession(weights, programs), fallback: reason }
  }
}
