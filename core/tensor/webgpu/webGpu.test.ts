import * as tf from '@tensorflow/tfjs'
import type { TensorInfo } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { describeAdapter } from './adapter.ts'
import { sumOfMany } from './sumOfMany.ts'

const unnamed = { vendor: '', architecture: '', device: '', description: '', isFallbackAdapter: false }

describe('an adapter', () => {
  it('is named by its driver, with what it is reached through', () => {
    const intel = { ...unnamed, vendor: 'intel', architecture: 'gen-12lp', description: 'Intel(R) Iris(R) Xe Graphics' }
    expect(describeAdapter(intel, 'linux')).toEqual({
      device: 'Intel(R) Iris(R) Xe Graphics (Vulkan)',
      software: false,
    })
    const apple = { ...unnamed, vendor: 'apple', architecture: 'metal-3' }
    expect(describeAdapter(apple, 'darwin')).toEqual({ device: 'apple metal-3 (Metal)', software: false })
    expect(describeAdapter(unnamed, 'win32').device).toBe('GPU without a name (Direct3D 12)')
  })

  it.each([
    { ...unnamed, vendor: 'google', architecture: 'swiftshader', isFallbackAdapter: true },
    { ...unnamed, vendor: 'mesa', description: 'llvmpipe (LLVM 15.0.6, 256 bits)' },
    { ...unnamed, vendor: 'microsoft', description: 'Microsoft Basic Render Driver' },
    { ...unnamed, description: 'a fallback without a name that tells', isFallbackAdapter: true },
  ])('that computes on the processor is said to be software: $vendor $description', (information) => {
    const { device, software } = describeAdapter(information, 'linux')
    expect(software).toBe(true)
    expect(device).toContain('(software, Vulkan)')
  })
})

describe('a sum of many tensors', () => {
  it.each([1, 2, 7, 8, 13, 14, 40])(
    'of %i is the sum, seven buffers at a time, and keeps nothing else',
    async (count) => {
      await tf.setBackend('cpu')
      const original = tf.getKernel('AddN', 'cpu')
      if (!original) throw new Error('the reference has no sum')
      let most = 0
      const kernel = sumOfMany((call) => {
        most = Math.max(most, (call.inputs as unknown as readonly TensorInfo[]).length)
        return original.kernelFunc(call)
      })
      const terms = Array.from({ length: count }, (_, index) => tf.tensor1d([index, 1]))
      const backend = tf.backend()
      const before = backend.numDataIds()
      const sum = kernel.kernelFunc({ inputs: terms as unknown as tf.NamedTensorInfoMap, backend, attrs: {} })
      if (Array.isArray(sum)) throw new Error('a sum is one tensor')
      expect([...(backend.readSync(sum.dataId) as Float32Array)]).toEqual([(count * (count - 1)) / 2, count])
      expect(most).toBeLessThanOrEqual(7)
      expect(backend.numDataIds() - before).toBe(1)
      tf.dispose(terms)
    },
  )
})
