import { describe, expect, it } from 'vitest'
import { MendError } from '../dataset/mendError.ts'
import { explainMemory } from './outOfMemory.ts'

const run = { batch: 48, height: 128, width: 64, model: 'r50' }

describe('running out of memory', () => {
  it.each([
    'OOM when allocating tensor with shape[48,64,32,256] and type float on /job:localhost/replica:0/task:0/device:GPU:0',
    'WebAssembly ran out of memory',
    'std::bad_alloc',
    'Array buffer allocation failed',
  ])('names the batch and a smaller one: %s', (message) => {
    const found = explainMemory(new Error(message), run)
    expect(found).toBeInstanceOf(MendError)
    expect(found).toMatchObject({
      code: 'out-of-memory',
      message: 'a batch of 48 at 128×64 does not fit into memory with r50',
      hint: 'start again with --batch 16, or at a smaller --size',
    })
  })

  it('suggests another size where no smaller batch is left, and leaves other errors alone', () => {
    const found = explainMemory(new Error('OOM when allocating'), { ...run, batch: 1 })
    expect(found).toMatchObject({ hint: expect.stringContaining('--size') as string })
    const other = new Error('feed t0_target is missing')
    expect(explainMemory(other, run)).toBe(other)
  })
})
