import { createRequire } from 'node:module'
import util from 'node:util'
import * as tf from '@tensorflow/tfjs'
import type { Tensor, TensorInfo } from '@tensorflow/tfjs'
import { MendError } from '../dataset/mendError.ts'

/** An operation's attribute as tfjs-node's binding takes it; `type` is one of the binding's TF_ATTR_* numbers. */
export interface OpAttribute {
  readonly name: string
  readonly type: number
  readonly value: boolean | number | string | readonly number[] | readonly boolean[]
}

export interface OutputMetadata {
  readonly id: number
  readonly shape: number[]
  readonly dtype: number
}

/** The native part of tfjs-node: TensorFlow's C API as far as the package exposes it. */
export interface TensorflowBinding {
  createTensor(shape: readonly number[], dtype: number, values: ArrayBufferView): number
  deleteTensor(id: number): void
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array
  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputIds: readonly number[],
    outputs: number,
  ): OutputMetadata[]
  loadSavedModel(folder: string, tags: string): number
  deleteSavedModel(id: number): void
  runSavedModel(id: number, inputIds: readonly number[], inputs: string, outputs: string): OutputMetadata[]
  isUsingGpuDevice(): boolean
  readonly TF_FLOAT: number
  readonly TF_INT32: number
  readonly TF_BOOL: number
  readonly TF_ATTR_STRING: number
  readonly TF_ATTR_INT: number
  readonly TF_ATTR_FLOAT: number
  readonly TF_ATTR_BOOL: number
  readonly TF_ATTR_TYPE: number
  readonly TF_ATTR_SHAPE: number
  readonly TF_Version: string
}

/** tfjs-node's backend object, typed as far as we call it. */
export interface TensorflowBackend {
  binding: TensorflowBinding
  getInputTensorIds(tensors: readonly TensorInfo[]): number[]
  executeSingleOutput(name: string, attributes: readonly OpAttribute[], inputs: readonly TensorInfo[]): Tensor
  executeMultipleOutputs(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): Tensor[]
}

export interface Tensorflow {
  readonly backend: TensorflowBackend
  readonly binding: TensorflowBinding
  readonly version: string
  readonly gpu: boolean
}

let loaded: Tensorflow | null = null

/**
 * Loads tfjs-node over the installed libtensorflow and makes it tfjs's backend.
 * @throws MendError `tensorflow-unavailable` when the addon or the library is missing or cannot be loaded.
 */
export function loadTensorflow(): Tensorflow {
  if (loaded) return loaded
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  process.env['TF_DETERMINISTIC_OPS'] ??= '1'
  // tfjs-node 4.22 calls two functions that Node 23 removed.
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  })
  try {
    createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu')
    // An addon of another program, or of another library, loads and then lacks what the backend is made of.
    if (!tf.findBackend('tensorflow')) throw new Error('its addon is not one of TensorFlow')
  } catch (error) {
    throw new MendError(
      'tensorflow-unavailable',
      `TensorFlow cannot be loaded: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
      'run `mend engine install cpu`, then `mend engine probe`',
      { cause: error },
    )
  }
  const backend = tf.findBackend('tensorflow') as unknown as TensorflowBackend
  tf.setBackend('tensorflow')
  const binding = backend.binding
  loaded = { backend, binding, version: binding.TF_Version, gpu: binding.isUsingGpuDevice() }
  return loaded
}

/** TensorFlow when it is tfjs's current backend, else null: kernels that only it has are used where it is. */
export function currentTensorflow(): Tensorflow | null {
  return loaded !== null && tf.getBackend() === 'tensorflow' ? loaded : null
}
