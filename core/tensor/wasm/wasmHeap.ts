import * as tf from '@tensorflow/tfjs'
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'

/**
 * The memory of tfjs's WebAssembly backend, where the values of all its tensors lie, for kernels written as plain loops
 * over it. A view of it ends to be valid when the memory grows: allocate first, then take the view.
 */

/** A view of the whole memory, in 4-byte floats. */
export function floatHeap(backend: BackendWasm): Float32Array {
  // The backend's types leave out that its module is Emscripten's.
  return new Float32Array((backend.wasm as unknown as { readonly HEAPU8: Uint8Array }).HEAPU8.buffer)
}

/** Index of a tensor's first value in the float heap. */
export function floatOffset(backend: BackendWasm, { dataId }: TensorInfo): number {
  return backend.getMemoryOffset(dataId as object) >>> 2
}

/** A float32 tensor whose values are whatever the memory holds. */
export function allocate(backend: BackendWasm, shape: readonly number[]): TensorInfo {
  return backend.makeOutput([...shape], 'float32')
}

/** A float32 tensor of zeros. */
export function allocateZeros(backend: BackendWasm, shape: readonly number[]): TensorInfo {
  const tensor = allocate(backend, shape)
  backend.typedArrayFromHeap(tensor).fill(0)
  return tensor
}

/** Ends the life of an intermediate result. */
export function release(backend: BackendWasm, ...tensors: readonly TensorInfo[]): void {
  for (const { dataId } of tensors) backend.disposeData(dataId as object)
}

/**
 * Runs a kernel that the backend has, without recording it for gradients.
 * @throws Error when the backend lacks it.
 */
export function callKernel(
  backend: BackendWasm,
  name: string,
  inputs: Readonly<Record<string, TensorInfo>>,
  attributes: Readonly<Record<string, unknown>>,
): TensorInfo {
  const kernel = tf.getKernel(name, 'wasm')
  if (!kernel) throw new Error(`the WebAssembly backend has no kernel ${name}`)
  const result = kernel.kernelFunc({ inputs, attrs: attributes as unknown as NamedAttrMap, backend })
  if (Array.isArray(result)) throw new Error(`the kernel ${name} has several results`)
  return result
}

/** a [n,k] × b [k,m] → [n,m]: the form that the backend has a fast kernel for. */
export function multiplyMatrices(backend: BackendWasm, a: TensorInfo, b: TensorInfo): TensorInfo {
  return callKernel(backend, 'BatchMatMul', { a, b }, { transposeA: false, transposeB: false })
}

/** A matrix [rows,columns] at `from` of the heap, written transposed to `to`, in blocks that stay in the cache. */
export function transposeInHeap(heap: Float32Array, from: number, rows: number, columns: number, to: number): void {
  const block = 16
  for (let row0 = 0; row0 < rows; row0 += block) {
    const row1 = Math.min(rows, row0 + block)
    for (let column0 = 0; column0 < columns; column0 += block) {
      const column1 = Math.min(columns, column0 + block)
      for (let column = column0; column < column1; column++) {
        const target = to + column * rows
        for (let row = row0, source = from + row0 * columns + column; row < row1; row++, source += columns)
          heap[target + row] = heap[source]
      }
    }
  }
}
