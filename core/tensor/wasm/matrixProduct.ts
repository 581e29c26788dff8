import type { BatchMatMulAttrs, KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { allocate, floatHeap, floatOffset, release, transposeInHeap } from './wasmHeap.ts'

interface Inputs {
  readonly a: TensorInfo
  readonly b: TensorInfo
}

/**
 * Matrix products, [..,n,k] × [..,k,m] → [..,n,m], either factor possibly transposed. tfjs's kernel is fast for one product
 * of factors as they lie, and falls back to plain loops else: transposed factors are therefore written out first, and a row
 * times a matrix, for each of a batch (a sum over pixels), has a loop of its own.
 */
export function matrixProduct(original: KernelFunc): KernelConfig {
  return {
    kernelName: 'BatchMatMul',
    backendName: 'wasm',
    kernelFunc(call) {
      const backend = call.backend as BackendWasm
      const { a, b } = call.inputs as unknown as Inputs
      const { transposeA, transposeB } = call.attrs as unknown as BatchMatMulAttrs
      if (isRowTimesMatrix(a, b, transposeA, transposeB)) return rowTimesMatrix(backend, a, b)
      if ((!transposeA && !transposeB) || batchOf(a) !== 1 || batchOf(b) !== 1) return original(call)
      const [left, right] = [transposeA ? transpose(backend, a) : a, transposeB ? transpose(backend, b) : b]
      const product = original({
        ...call,
        inputs: { a: left, b: right },
        attrs: { transposeA: false, transposeB: false },
      })
      if (transposeA) release(backend, left)
      if (transposeB) release(backend, right)
      return product
    },
  }
}

function batchOf({ shape }: TensorInfo): number {
  return shape.slice(0, -2).reduce((product, size) => product * size, 1)
}

function isRowTimesMatrix(a: TensorInfo, b: TensorInfo, transposeA: boolean, transposeB: boolean): boolean {
  if (transposeA || transposeB || a.shape.length !== 3 || b.shape.length !== 3) return false
  return (
    a.dtype === 'float32' && b.dtype === 'float32' && a.shape[1] === 1 && a.shape[0] === b.shape[0] && b.shape[0] > 1
  )
}

/** a [B,1,k] × b [B,k,m] → [B,1,m], summed in double precision. */
function rowTimesMatrix(backend: BackendWasm, a: TensorInfo, b: TensorInfo): TensorInfo {
  const [batch, inner, columns] = b.shape
  if (a.shape[2] !== inner) throw new Error(`matrices of ${a.shape.join('×')} and ${b.shape.join('×')} do not multiply`)
  const product = allocate(backend, [batch, 1, columns])
  const heap = floatHeap(backend)
  const [row, matrix, out] = [a, b, product].map((tensor) => floatOffset(backend, tensor))
  const sums = new Float64Array(columns)
  for (let image = 0; image < batch; image++) {
    sums.fill(0)
    for (let at = image * inner; at < (image + 1) * inner; at++) {
      const factor = heap[row + at]
      for (let column = 0, value = matrix + at * columns; column < columns; column++, value++)
        sums[column] += factor * heap[value]
    }
    heap.set(sums, out + image * columns)
  }
  return product
}

/** [1.., rows, columns] → [1.., columns, rows]. */
function transpose(backend: BackendWasm, matrix: TensorInfo): TensorInfo {
  const [rows, columns] = matrix.shape.slice(-2)
  const result = allocate(backend, [...matrix.shape.slice(0, -2), columns, rows])
  transposeInHeap(floatHeap(backend), floatOffset(backend, matrix), rows, columns, floatOffset(backend, result))
  return result
}
