import * as tf from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { expect, it } from 'vitest'
import { loadWebAssembly } from './webAssembly.ts'

it('what does not fit into WebAssembly’s memory is an error with a hint, and what did fit stays as it was', async () => {
  await loadWebAssembly()
  const backend = tf.backend() as unknown as BackendWasm
  const kept = tf.tensor1d([1, 2, 3])
  // Nothing is written to these, so that they cost address space only: the fifth 1 GB cannot be had of 4.
  const allocate = (): void => {
    for (let part = 0; part < 5; part++) backend.makeOutput([2 ** 28], 'float32')
  }
  expect(allocate).toThrow(expect.objectContaining({ code: 'out-of-memory', hint: expect.stringContaining('--batch') }))
  expect([...kept.dataSync()]).toEqual([1, 2, 3])
  expect([...tf.add(kept, 1).dataSync()]).toEqual([2, 3, 4])
})
