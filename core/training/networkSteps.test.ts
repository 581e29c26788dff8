import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { NetworkForm } from '../model/network.ts'
import { createEagerSession } from '../tensor/eagerSession.ts'
import { locateTensorflow } from '../tensor/engines/tensorflowLibrary.ts'
import { loadTensorflow } from '../tensor/tensorflow.ts'
import type { Session } from '../tensor/program.ts'
import { createTracedSession } from '../tensor/trace/tracedSession.ts'
import { loadWebAssembly } from '../tensor/wasm/webAssembly.ts'
import { squareTasks } from './smallSnapshot.ts'
import { differences, smallStep } from './smallStep.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

const forms: readonly NetworkForm[] = [
  { model: 'tiny', network: 'multi-head', norm: 'task-batch' },
  { model: 'tiny', network: 'rcm', norm: 'group' },
  { model: 'tiny', network: 'sfg', norm: 'group' },
]
const labelOf = (form: NetworkForm): string => (typeof form === 'string' ? form : `${form.network} ${form.norm}`)
const tasks = { mask: squareTasks['mask'], look: squareTasks['look'] }
const update = { learningRate: 1e-3, step: 1, weightDecay: 1e-2 }

describe.skipIf(!locateTensorflow().available)('the traced step of the papers’ networks', { timeout: 120_000 }, () => {
  it.each(forms.map((form) => [labelOf(form), form] as const))(
    '%s: as kernel by kernel in WebAssembly, statistics too',
    (_, form) => {
      const { weights, programs, feeds } = smallStep(form, { batch: 4, height: 32, width: 32 }, tasks)
      const outcome = (session: Session) => {
        const stepped = session.run('train', feeds, update)
        const state = session.readState()
        const predicted = session.run('predict', { images: feeds['images'] })
        session.dispose()
        return { stepped, state, predicted }
      }
      tf.setBackend('wasm')
      const eager = outcome(createEagerSession(weights, programs))
      const tensorflow = loadTensorflow()
      tf.setBackend('tensorflow')
      const traced = outcome(createTracedSession(tensorflow, weights, programs))
      const found = new Map(Object.entries(traced.stepped))
      for (const each of differences(found, new Map(Object.entries(eager.stepped)))) {
        // The gradient's length is that of thousands of values over hardly varying channels.
        expect(each.difference, each.name).toBeLessThan(each.name === 'gradientNorm' ? 0.02 : 1e-3)
      }
      const fixed = [...eager.state].filter(([name]) => name.startsWith('fixed/'))
      for (const each of differences(traced.state, new Map(fixed))) {
        expect(each.difference, each.name).toBeLessThan(1e-3)
      }
      const initial = new Map(weights.map((weight) => [weight.name, weight.initial]))
      for (const [name, values] of fixed) {
        const stays = name.endsWith('/kernel')
        expect(
          values.every((value, at) => value === initial.get(name)?.[at]),
          name,
        ).toBe(stays)
      }
      // Nothing that gradients do not move has slots.
      expect([...traced.state.keys()].sort()).toEqual([...eager.state.keys()].sort())
      expect([...traced.state.keys()].some((name) => name.startsWith('fixed/') && name.endsWith('/m'))).toBe(false)
      expect(Object.keys(traced.predicted)).toEqual(Object.keys(eager.predicted))
    },
  )
})
