import { beforeAll, describe, expect, it } from 'vitest'
import { declareNetwork } from '../model/network.ts'
import { createEagerSession } from '../tensor/eagerSession.ts'
import type { FeedValues } from '../tensor/program.ts'
import { loadWebAssembly } from '../tensor/wasm/webAssembly.ts'
import { squareTasks } from './smallSnapshot.ts'
import { smallStep } from './smallStep.ts'
import { pairOfStep, sandwichOf } from './sandwich.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

const tasks = { mask: squareTasks['mask'], look: squareTasks['look'] }
const update = { learningRate: 1e-3, step: 1, weightDecay: 0 }

describe('the sandwich rule', () => {
  it('computes the smallest configuration and two drawn ones, the same for the same seed', () => {
    const drawn = sandwichOf(['a', 'b'], 2, 9)
    expect(drawn).toHaveLength(3)
    expect(drawn[0]).toEqual({ encoder: 0.25, decoders: { a: 0.25, b: 0.25 } })
    expect(sandwichOf(['a', 'b'], 2, 9)).toEqual(drawn)
    const others = [0, 1, 3, 4, 5].map((pair) => JSON.stringify(sandwichOf(['a', 'b'], pair, 9)))
    expect(others).not.toContain(JSON.stringify(drawn))
    const pairs = new Set(Array.from({ length: 60 }, (_, step) => pairOfStep(1, step)))
    expect([...pairs].sort()).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('moves every weight, and teaches the widest and the narrowest network at once', () => {
    const { weights, programs, feeds } = smallStep('slim-tiny', { batch: 2, height: 32, width: 32 }, tasks)
    const session = createEagerSession(weights, programs)
    const objective = (given: FeedValues, step: number): number =>
      session.run('train', given, { ...update, step })['objective'][0]
    const first = objective(feeds, 1)
    const state = session.readState()
    for (const { name, initial } of weights) {
      expect(
        state.get(name)?.some((value, at) => value !== initial[at]),
        name,
      ).toBe(true)
    }
    let last = first
    for (let step = 2; step <= 8; step++) last = objective(feeds, step)
    expect(last).toBeLessThan(first)
    session.dispose()
    const declared = declareNetwork('slim-tiny', tasks, { height: 32, width: 32 }, 3)
    expect(weights.map(({ name }) => name)).toEqual(declared.weights.map(({ name }) => name))
  })
})
