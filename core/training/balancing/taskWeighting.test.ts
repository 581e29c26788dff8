import { describe, expect, it } from 'vitest'
import { defaultBalancing, weightings } from '../balancingChoices.ts'
import type { Weighting } from '../balancingChoices.ts'
import { presentWeights } from './presentWeights.ts'
import { createTaskWeighting } from './taskWeighting.ts'
import type { TaskWeighting } from './taskWeighting.ts'

const tasks = ['a', 'b', 'c']
const balancing = { ...defaultBalancing, potentials: { a: 0.8, b: 0.6, c: 0.9 } }
const make = (weighting: Weighting): TaskWeighting => createTaskWeighting({ weighting, balancing }, tasks, 7)

/** Ten steps and an epoch's end, three times over; task c is seen from the second epoch on. */
function live(weighting: TaskWeighting, from: number, to: number): void {
  for (let epoch = from; epoch < to; epoch++) {
    const late = epoch > 0
    for (let step = 0; step < 10; step++) {
      const losses = [1 / (1 + epoch + step / 10), 2, late ? 0.5 : null]
      weighting.afterStep({ losses, norms: [1, 3, late ? 2 : null], learningRate: 0.01 })
    }
    weighting.afterEpoch({ losses: [1 / (1 + epoch), 2, late ? 0.5 : null], accuracies: [0.4, 0.1 * epoch, null] })
    if (epoch === 0) weighting.rescale([2, 0.5, 1])
  }
}

describe('the weighting of tasks', () => {
  it.each(weightings)('%s goes on from its state as if it had never stopped', (name) => {
    const [whole, before, after] = [make(name), make(name), make(name)]
    live(whole, 0, 4)
    live(before, 0, 2)
    after.load(before.state())
    live(after, 2, 4)
    expect(after.weights(40)).toEqual(whole.weights(40))
    expect(after.weights(40).every((weight) => Number.isFinite(weight) && weight >= 0)).toBe(true)
    expect([...after.state()]).toEqual([...whole.state()])
  })

  it.each(weightings)('%s is even, or random, before anything is known', (name) => {
    const weights = make(name).weights(0)
    if (name === 'rlw') expect(weights).not.toEqual(weights.map(() => weights[0]))
    else expect(weights).toEqual(weights.map(() => (name === 'achievement' ? weights[0] : 1)))
  })

  it.each(['mtu', 'imtl-l', 'gradnorm'] as const)('%s pulls as before where losses are divided by numbers', (name) => {
    const weighting = make(name)
    live(weighting, 0, 1)
    const before = weighting.weights(0)
    weighting.rescale([4, 0.5, 1])
    const after = weighting.weights(0)
    const pulls = after.map((weight, task) => weight / [4, 0.5, 1][task] / before[task])
    for (const pull of pulls) expect(pull).toBeCloseTo(pulls[0], 9)
    if (name !== 'gradnorm') expect(pulls[0]).toBeCloseTo(1, 9)
  })

  it('GradNorm lets weights sum to K, and raises the task of the smaller gradient', () => {
    const weighting = make('gradnorm')
    live(weighting, 0, 2)
    const weights = weighting.weights(0)
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(3, 9)
    const equal = make('gradnorm')
    equal.afterStep({ losses: [1, 1, null], norms: [1, 3, null], learningRate: 0 })
    expect(equal.weights(0)[0]).toBeGreaterThan(equal.weights(0)[1])
  })

  it('achievement favours the task that is furthest from its potential; one never measured counts as the others do', () => {
    const weighting = make('achievement')
    weighting.afterEpoch({ losses: [1, 1, 1], accuracies: [0.4, 0.6, null] })
    const [far, near, unknown] = weighting.weights(0)
    expect(far).toBeGreaterThan(unknown)
    expect(unknown).toBeGreaterThan(near)
    expect(far + near + unknown).toBeCloseTo(1, 9)
  })

  it('DTP weighs by −(1 − κ)·ln κ, 0.34657 at ½', () => {
    const weighting = make('dtp')
    weighting.afterEpoch({ losses: [1, 1, 1], accuracies: [0.5, 0.5, 0.5] })
    for (const weight of weighting.weights(0)) expect(weight).toBeCloseTo(0.34657, 5)
  })
})

describe('the weights of a batch', () => {
  it('leave absent tasks out, and share the whole among the others where they share one', () => {
    const present = [true, false, true]
    expect(presentWeights([1, 1, 1], present, 'equal', 'sum')).toEqual([1, 0, 1])
    expect(presentWeights([0.2, 0.5, 0.3], present, 'rlw', 'sum')).toEqual([0.4, 0, 0.6])
    expect(presentWeights([2, 5, 6], present, 'dwa', 'geometric')).toEqual([0.25, 0, 0.75])
    expect(presentWeights([1, 1, 1], [false, false, false], 'equal', 'geometric')).toEqual([0, 0, 0])
  })
})
