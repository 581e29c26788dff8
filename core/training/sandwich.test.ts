import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { declareNetwork } from '../model/network.ts'
import { Bound } from '../model/scope.ts'
import { createEagerSession } from '../tensor/eagerSession.ts'
import type { FeedValues } from '../tensor/program.ts'
import { loadWebAssembly } from '../tensor/wasm/webAssembly.ts'
import { squareTasks } from './smallSnapshot.ts'
import { smallStep } from './smallStep.ts'
import { distillationOf, largestSandwich, sandwiches, sandwichProgram, sandwichTerms } from './sandwich.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

const tasks = { mask: squareTasks['mask'], look: squareTasks['look'] }
const update = { learningRate: 1e-3, step: 1, weightDecay: 0 }

describe('the sandwich rule', () => {
  it('computes the smallest configuration and two drawn ones, the same for the same seed', () => {
    const drawn = sandwiches(['a', 'b'], 9)
    expect(drawn).toHaveLength(7)
    expect(sandwiches(['a', 'b'], 9)).toEqual(drawn)
    expect(sandwiches(['a', 'b'], 8)).not.toEqual(drawn)
    const others = drawn.flatMap(([smallest, ...two]) => {
      expect(smallest).toEqual({ encoder: 0.25, decoders: { a: 0.25, b: 0.25 } })
      return two
    })
    for (const task of ['a', 'b']) {
      const met = others.map(({ encoder, decoders }) => `${encoder} ${decoders[task]}`)
      // Sixteen but for both narrowest and both widest, which every step computes.
      const every = [0.25, 0.5, 0.75, 1].flatMap((encoder) => [0.25, 0.5, 0.75, 1].map((own) => `${encoder} ${own}`))
      expect([...met, '0.25 0.25', '1 1'].sort()).toEqual(every.sort())
    }
  })

  it('has the pair with the widest networks as the one that has to fit into memory', () => {
    const widest = largestSandwich(['a', 'b'], 9)
    const size = (sandwich: typeof widest): number =>
      sandwich.reduce((sum, { encoder, decoders }) => sum + 2 * encoder + decoders['a'] + decoders['b'], 0)
    expect(size(widest)).toBe(Math.max(...sandwiches(['a', 'b'], 9).map(size)))
  })

  it('gives every pair one turn in seven steps, in changing orders', () => {
    const turns = Array.from({ length: 70 }, (_, step) => sandwichProgram(1, step))
    const rounds = Array.from({ length: 10 }, (_, round) => turns.slice(7 * round, 7 * round + 7))
    for (const round of rounds) expect([...round].sort()).toEqual([0, 1, 2, 3, 4, 5, 6].map((pair) => `train${pair}`))
    expect(new Set(rounds.map((round) => round.join())).size).toBeGreaterThan(3)
  })

  it('weighs the distance to the widest encoder, and leaves it out at 0', () => {
    const images = tf.randomNormal([1, 32, 32, 3], 0, 1, 'float32', 1) as Tensor4D
    const { weights } = declareNetwork('slim-tiny', { look: tasks.look }, { height: 32, width: 32 }, 3)
    const tensors = Object.fromEntries(weights.map((w) => [w.name, tf.tensor(w.initial, [...w.shape])]))
    const narrower = sandwiches(['look'], 0)[0]
    const sumOf = (distillation: number): number =>
      tf.tidy(() => {
        const losses = (raw: Readonly<Record<string, Tensor>>): Tensor[] => [tf.sum(tf.square(raw['look']))]
        const choices = { narrower, distillation }
        const terms = sandwichTerms(new Bound(tensors), 'slim-tiny', { look: tasks.look }, images, choices, losses)
        return tf.addN(terms).dataSync()[0]
      })
    const [none, one, two] = [0, 1, 2].map(sumOf)
    // The mean of three distances from 0 to 4, once for each unit of λ.
    expect(one - none).toBeGreaterThan(0.01)
    expect(one - none).toBeLessThan(4)
    expect(two - one).toBeCloseTo(one - none, 4)
    expect(distillationOf('slim-tiny')).toBe(0.1)
    expect(distillationOf({ model: 'slim-tiny', network: 'multi-head', norm: 'group', distillation: 0 })).toBe(0)
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
    for (let step = 2; step <= 5; step++) last = objective(feeds, step)
    expect(last).toBeLessThan(first)
    session.dispose()
    const declared = declareNetwork('slim-tiny', tasks, { height: 32, width: 32 }, 3)
    expect(weights.map(({ name }) => name)).toEqual(declared.weights.map(({ name }) => name))
  })
})
