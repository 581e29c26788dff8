import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { allocate, floatHeap, floatOffset } from './wasmHeap.ts'

interface Inputs {
  readonly weight: TensorInfo
  readonly m: TensorInfo
  readonly v: TensorInfo
  readonly gradient: TensorInfo
}

/** `rate` is bias-corrected; `keep` is what decoupled weight decay leaves of the weight. */
export interface AdamUpdateAttributes {
  readonly rate: number
  readonly keep: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

export const adamUpdateName = 'AdamUpdate'

/**
 * One Adam update of one weight in one pass, where composed it takes a dozen calls: weight, m, v and gradient of equal shape
 * → their new [weight, m, v], as new tensors, since the backend keeps what it derived from a weight by tensor.
 */
export const adamUpdate: KernelConfig = {
  kernelName: adamUpdateName,
  backendName: 'wasm',
  kernelFunc({ inputs, attrs, backend: anyBackend }) {
    const backend = anyBackend as BackendWasm
    const { weight, m, v, gradient } = inputs as unknown as Inputs
    const { rate, keep, beta1, beta2, epsilon } = attrs as unknown as AdamUpdateAttributes
    const results = [weight, m, v].map(({ shape }) => allocate(backend, shape))
    const heap = floatHeap(backend)
    const [w, m0, v0, g] = [weight, m, v, gradient].map((tensor) => floatOffset(backend, tensor))
    const [w1, m1, v1] = results.map((tensor) => floatOffset(backend, tensor))
    const size = weight.shape.reduce((product, length) => product * length, 1)
    for (let at = 0; at < size; at++) {
      const slope = heap[g + at]
      const mean = heap[m0 + at] * beta1 + slope * (1 - beta1)
      const square = heap[v0 + at] * beta2 + slope * slope * (1 - beta2)
      heap[m1 + at] = mean
      heap[v1 + at] = square
      heap[w1 + at] = heap[w + at] * keep - (rate * mean) / (Math.sqrt(square) + epsilon)
    }
    return results
  },
}
