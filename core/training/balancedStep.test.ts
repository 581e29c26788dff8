import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { createEagerSession } from '../tensor/eagerSession.ts'
import { locateTensorflow } from '../tensor/engines/tensorflowLibrary.ts'
import type { Session } from '../tensor/program.ts'
import { loadTensorflow } from '../tensor/tensorflow.ts'
import { createTracedSession } from '../tensor/trace/tracedSession.ts'
import { loadWebAssembly } from '../tensor/wasm/webAssembly.ts'
import type { BalanceForm } from './balancing/balanceForm.ts'
import { squareTasks } from './smallSnapshot.ts'
import { differences, smallStep } from './smallStep.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

const plain: BalanceForm = { weighting: 'equal', aggregation: 'sum', gradient: 'none', cagradC: 0.5, split: null }
const forms: readonly [string, BalanceForm][] = [
  ['GradNorm, geometric mean', { ...plain, weighting: 'gradnorm', aggregation: 'geometric' }],
  ['GradSplit', { ...plain, gradient: 'gradsplit', split: { stages: 2, lanes: [0, 1, 0] } }],
  ['PCGrad', { ...plain, gradient: 'pcgrad', weighting: 'rlw' }],
  ['CAGrad', { ...plain, gradient: 'cagrad' }],
  ['MGDA', { ...plain, gradient: 'mgda' }],
  ['IMTL-G', { ...plain, gradient: 'imtl-g', weighting: 'imtl-l' }],
]
const tasks = { mask: squareTasks['mask'], look: squareTasks['look'], far: squareTasks['far'] }

describe.skipIf(!locateTensorflow().available)('the traced step of the methods', { timeout: 120_000 }, () => {
  it.each(forms)('%s: as kernel by kernel in WebAssembly, and no tensor stays behind', (_, form) => {
    const { weights, programs, feeds } = smallStep('tiny', { batch: 2, height: 32, width: 32 }, tasks, form)
    const outcome = (session: Session, steps: number) => {
      const counts: number[] = []
      const found = new Map<string, ArrayLike<number>>()
      for (let step = 1; step <= steps; step++) {
        const outputs = session.run('train', feeds, { learningRate: 1e-3, step, weightDecay: 1e-2 })
        counts.push(tf.memory().numTensors)
        if (step > 1) continue
        const moments = [...session.readState()].filter(([name]) => name.endsWith('/m'))
        for (const [name, values] of [...Object.entries(outputs), ...moments]) found.set(name, values)
      }
      session.dispose()
      return { counts, found }
    }
    tf.setBackend('wasm')
    const eager = outcome(createEagerSession(weights, programs), 2)
    expect(new Set(eager.counts).size).toBe(1)
    const tensorflow = loadTensorflow()
    tf.setBackend('tensorflow')
    const traced = outcome(createTracedSession(tensorflow, weights, programs), 1)
    expect([...traced.found.keys()].sort()).toEqual([...eager.found.keys()].sort())
    for (const { name, difference } of differences(traced.found, eager.found)) {
      expect(difference, name).toBeLessThan(1e-3)
    }
  })
})
