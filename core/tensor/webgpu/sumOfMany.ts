import type { KernelBackend, KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs'

/** WebGPU promises a shader eight storage buffers; one of them is for the sum. */
const termsAtOnce = 7

/**
 * Sum of any number of tensors of one shape. tfjs's kernel reads all of them in one shader, which a device refuses beyond
 * the buffers that it promises; here it is called for seven at a time.
 */
export function sumOfMany(original: KernelFunc): KernelConfig {
  return {
    kernelName: 'AddN',
    backendName: 'webgpu',
    kernelFunc(call) {
      // tfjs's types know named inputs only; AddN's are a list.
      const terms = call.inputs as unknown as readonly TensorInfo[]
      const add = (inputs: readonly TensorInfo[]): TensorInfo => {
        const sum = original({ ...call, inputs: inputs as unknown as typeof call.inputs })
        if (Array.isArray(sum)) throw new Error('a sum has one result')
        return sum
      }
      let sum = add(terms.slice(0, termsAtOnce))
      for (let at = termsAtOnce; at < terms.length; at += termsAtOnce - 1) {
        const next = add([sum, ...terms.slice(at, at + termsAtOnce - 1)])
        ;(call.backend as KernelBackend).disposeData(sum.dataId)
        sum = next
      }
      return sum
    },
  }
}
