import type { DataTypeMap } from '@tensorflow/tfjs'
import { MendError } from '../../dataset/mendError.ts'
import { runCallbacks } from './dawn.ts'

/** What tfjs's WebGPU backend keeps of a tensor. */
export interface StoredTensor {
  readonly dtype: keyof DataTypeMap
  /** Its values, where they are known on this side. */
  values?: ArrayBufferView | null
  /** Where they lie on the GPU. */
  readonly resource: GPUBuffer | null
}

/** tfjs's WebGPU backend, typed as far as it is used here. */
export interface WebGpuBackend {
  readonly device: GPUDevice
  readonly queue: GPUQueue
  commandEncoder: GPUCommandEncoder | null
  readonly tensorMap: { get(dataId: object): StoredTensor }
  readonly bufferManager: {
    acquireBuffer(size: number, usage: GPUBufferUsageFlags): GPUBuffer
    releaseBuffer(buffer: GPUBuffer): void
  }
  ensureCommandEncoderReady(): void
  endComputePassEncoder(): void
  submitQueue(): void
  readSync(dataId: object): unknown
}

/** A GPU that has not finished after this long is taken to hang. */
const patienceMs = 120_000
const pauseMs = 0.2
const sleeper = new Int32Array(new SharedArrayBuffer(4))

/**
 * Gives the backend a synchronous read that needs no canvas: the buffer is copied to one that can be mapped, and this thread
 * sleeps until it is.
 */
export function readWithoutCanvas(backend: WebGpuBackend): void {
  let failure: string | null = null
  // What goes wrong on the GPU is told later and elsewhere: without this, numbers would just be wrong.
  backend.device.addEventListener('uncapturederror', (event) => (failure ??= event.error.message))
  backend.device.lost.then(
    ({ message, reason }) => (failure ??= reason === 'destroyed' ? null : message || 'the device was lost'),
    () => undefined,
  )
  backend.readSync = (dataId) => {
    const stored = backend.tensorMap.get(dataId)
    if (stored.values) return stored.values
    if (stored.resource === null) throw new Error('a tensor on the GPU has no buffer')
    const bytes = readBuffer(backend, stored.resource)
    if (failure !== null) {
      const hint = 'use a smaller --batch or --size; if that does not help, --engine auto takes another engine'
      throw new MendError('gpu-failed', `the GPU could not do a step: ${String(failure).split('\n')[0]}`, hint)
    }
    stored.values = typedValues(bytes, stored.dtype)
    return stored.values
  }
}

function readBuffer(backend: WebGpuBackend, buffer: GPUBuffer): ArrayBuffer {
  const staging = backend.bufferManager.acquireBuffer(buffer.size, GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ)
  backend.ensureCommandEncoderReady()
  backend.endComputePassEncoder()
  backend.commandEncoder?.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size)
  backend.submitQueue()
  let failure: unknown = null
  staging.mapAsync(GPUMapMode.READ).catch((error: unknown) => (failure = error))
  const deadline = performance.now() + patienceMs
  for (;;) {
    runCallbacks()
    if (staging.mapState === 'mapped') break
    if (staging.mapState === 'unmapped') throw new Error(`the GPU's memory cannot be read: ${String(failure)}`)
    if (performance.now() > deadline) throw new Error(`the GPU has not answered for ${patienceMs / 1000} s`)
    Atomics.wait(sleeper, 0, 0, pauseMs)
  }
  const bytes = staging.getMappedRange().slice(0)
  staging.unmap()
  backend.bufferManager.releaseBuffer(staging)
  return bytes
}

/** The backend stores whole numbers and booleans as 32-bit integers. */
function typedValues(bytes: ArrayBuffer, dtype: keyof DataTypeMap): Float32Array | Int32Array | Uint8Array {
  switch (dtype) {
    case 'float32':
      return new Float32Array(bytes)
    case 'int32':
      return new Int32Array(bytes)
    case 'bool':
      return Uint8Array.from(new Int32Array(bytes))
    default:
      throw new Error(`a tensor of ${dtype} cannot be read from the GPU`)
  }
}
