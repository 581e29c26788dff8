import * as tf from '@tensorflow/tfjs'
import type { KernelConfig, MaxPoolGradAttrs, TensorInfo } from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { allocateZeros, floatHeap, floatOffset } from './wasmHeap.ts'

interface Inputs {
  readonly dy: TensorInfo
  readonly input: TensorInfo
}

/**
 * Gradient of max pooling: each output's slope goes to the first of its window's largest inputs, row by row, as in
 * TensorFlow. dy [B,H',W',C], input [B,H,W,C] → [B,H,W,C].
 */
export const maxPoolGradient: KernelConfig = {
  kernelName: 'MaxPoolGrad',
  backendName: 'wasm',
  kernelFunc({ inputs, attrs, backend: anyBackend }) {
    const backend = anyBackend as BackendWasm
    const { dy, input } = inputs as unknown as Inputs
    const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as MaxPoolGradAttrs
    const shape = input.shape as [number, number, number, number]
    const geometry = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode)
    const gradient = allocateZeros(backend, shape)
    spread(
      floatHeap(backend),
      floatOffset(backend, input),
      floatOffset(backend, dy),
      floatOffset(backend, gradient),
      geometry,
    )
    return gradient
  },
}

/** `input`, `slopes` and `gradient` are indices into the heap; the gradient must be zero before. */
function spread(
  heap: Float32Array,
  input: number,
  slopes: number,
  gradient: number,
  geometry: tf.backend_util.Conv2DInfo,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth, padInfo } = geometry
  let output = slopes
  for (let image = 0; image < batchSize; image++) {
    for (let row = 0; row < outHeight; row++) {
      const top = row * geometry.strideHeight - padInfo.top
      const [y0, y1] = [Math.max(0, top), Math.min(inHeight, top + filterHeight)]
      for (let column = 0; column < outWidth; column++) {
        const left = column * geometry.strideWidth - padInfo.left
        const [x0, x1] = [Math.max(0, left), Math.min(inWidth, left + filterWidth)]
        for (let channel = 0; channel < inChannels; channel++, output++) {
          let best = -1
          let largest = -Infinity
          for (let y = y0; y < y1; y++) {
            let at = ((image * inHeight + y) * inWidth + x0) * inChannels + channel
            for (let x = x0; x < x1; x++, at += inChannels) {
              const value = heap[input + at]
              if (value > largest || best < 0) {
                best = at
                largest = value
              }
            }
          }
          if (best >= 0) heap[gradient + best] += heap[output]
        }
      }
    }
  }
}
