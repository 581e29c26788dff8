import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WeightSpecification } from '../tensor/program.ts'
import { writeSafetensors } from './checkpoints/safetensors.ts'
import { bankFile, loadBank } from './filterBank.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mend-bank-'))
  writeSafetensors(join(folder, bankFile), {
    metadata: {},
    tensors: new Map([
      ['weights/stem/kernel', Float32Array.of(1, 2)],
      ['weights/stem/norm/gamma', Float32Array.of(3)],
      ['weights/fixed/stem/norm/mean', Float32Array.of(4)],
      ['weights/decoder/lateral0/bias', Float32Array.of(5)],
      ['weights/head/look/kernel', Float32Array.of(6)],
    ]),
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const weight = (name: string, length: number): WeightSpecification => ({
  name,
  shape: [length],
  initial: new Float32Array(length),
  ...(name.startsWith('fixed/') && { trainable: false as const }),
})

describe('a filter bank', () => {
  it('has a run’s filters, and each task begins with its norms, statistics and biases; heads are new', () => {
    const weights = [
      weight('fixed/stem/kernel', 2),
      weight('task/look/stem/norm/gamma', 1),
      weight('fixed/task/a/b/stem/norm/mean', 1),
      weight('task/look/decoder/lateral0/bias', 1),
      weight('task/look/stem/modulatorLength', 1),
      weight('head/look/kernel', 1),
    ]
    loadBank(folder, weights)
    expect(weights.map(({ initial }) => [...initial])).toEqual([[1, 2], [3], [4], [5], [0], [0]])
  })

  it('is refused where its run has other filters', () => {
    expect(() => loadBank(folder, [weight('fixed/stem/kernel', 3)])).toThrow(/no filters stem\/kernel of this size/)
    expect(() => loadBank(folder, [weight('fixed/stage0/block0/a/kernel', 2)])).toThrow(/no filters stage0/)
  })
})
