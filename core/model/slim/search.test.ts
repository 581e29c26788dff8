import { describe, expect, it } from 'vitest'
import { Random } from '../../synthetic/random.ts'
import { costOf, searchWidths } from './search.ts'
import type { SearchResult, SlimCost } from './search.ts'
import { preferredWidth, quantisedWidth, slimWidths, uniformWidths } from './widths.ts'
import type { SlimConfiguration } from './widths.ts'

/** An encoder of 1600·w² and decoders of 400·w·d: 100, 400, 900, 1600 and for instance 100 at .5 and .5. */
const cost: SlimCost = { encoder: (width) => 1600 * width ** 2, decoder: (_, encoder, width) => 400 * encoder * width }
const tasks = ['parts', 'pose', 'look']

function widthsOf(...given: Parameters<typeof searchWidths>): SearchResult {
  const found = searchWidths(...given)
  if ('minimumMacs' in found) throw new Error(`${found.minimumMacs} are needed`)
  return found
}

describe('widths', () => {
  it('follow preferences in proportion to the largest, at the nearest step', () => {
    // .25 + .75·r/max r: 1, .625, .4, .25.
    expect([1, 0.5, 0.2, 0].map(preferredWidth)).toEqual([1, 0.75, 0.5, 0.25])
    expect([0, 0.37, 0.38, 0.62, 0.7, 2].map(quantisedWidth)).toEqual([0.25, 0.25, 0.5, 0.5, 0.75, 1])
  })
})

describe('the search', () => {
  it('takes of what the budget allows the largest product of the widths, each to the power of what it matters', () => {
    // Decoders of at most 1, .625 → .75 and .25; the encoder to the power 1, decoders to ⅔, ⅓ and 0.
    const preferences = { parts: 1, pose: 0.5, look: 0 }
    const decoders = { parts: 1, pose: 0.75, look: 0.25 }
    expect(searchWidths(preferences, 2400, cost)).toEqual({ widths: { encoder: 1, decoders }, macs: 2400 })
    // 1600·w² and 400·w·d. At 1 there is 799 for d, 1.75 in all: 1 and .5 make .794, .75 and .75 make .75. At .75 all make .681.
    const narrower = { parts: 1, pose: 0.5, look: 0.25 }
    expect(searchWidths(preferences, 2399, cost)).toEqual({ widths: { encoder: 1, decoders: narrower }, macs: 2300 })
    // At 1 nothing fits; at .75 all do, 900 + 300·2.
    expect(searchWidths(preferences, 1600, cost)).toEqual({ widths: { encoder: 0.75, decoders }, macs: 1500 })
    // At .75 there is 299 for d of .996 at 300: .25, .25 and .25 make .75·.25 = .1875. At .5 all make .5·.909 = .454.
    expect(searchWidths(preferences, 1199, cost)).toEqual({ widths: { encoder: 0.5, decoders }, macs: 800 })
  })

  it('is of one width where all are preferred alike and a network of one width costs what is allowed', () => {
    // As in the networks that there are, a decoder's cost grows with the square of its width.
    const squared: SlimCost = { ...cost, decoder: (_, __, width) => 400 * width ** 2 }
    for (const width of slimWidths) {
      const uniform = uniformWidths(tasks, width)
      const alike = { parts: 2, pose: 2, look: 2 }
      expect(widthsOf(alike, costOf(squared, uniform), squared).widths).toEqual(uniform)
    }
  })

  it('is the best of all that there are', () => {
    const random = new Random(11)
    const every = slimWidths.flatMap((encoder) =>
      slimWidths.flatMap((parts) =>
        slimWidths.flatMap((pose) => slimWidths.map((look) => ({ encoder, decoders: { parts, pose, look } }))),
      ),
    )
    for (let trial = 0; trial < 200; trial++) {
      const preferences = { parts: random.uniform(), pose: random.uniform(), look: random.uniform() }
      const budget = random.between(175, 2800)
      const sum = preferences.parts + preferences.pose + preferences.look
      const largest = Math.max(...Object.values(preferences))
      const worth = ({ encoder, decoders }: (typeof every)[number]): number =>
        tasks.reduce(
          (total, task) => total + (preferences[task as 'parts'] / sum) * Math.log(decoders[task as 'parts']),
          Math.log(encoder),
        )
      const allowed = every.filter(
        (widths) =>
          costOf(cost, widths) <= budget &&
          tasks.every(
            (task) => widths.decoders[task as 'parts'] <= preferredWidth(preferences[task as 'parts'] / largest),
          ),
      )
      const found = widthsOf(preferences, budget, cost).widths as (typeof every)[number]
      expect(worth(found)).toBeCloseTo(Math.max(...allowed.map(worth)), 9)
    }
  })

  it('names the least that is needed where nothing fits', () => {
    // 100 + 3·25.
    expect(searchWidths({ parts: 1, pose: 1, look: 1 }, 174, cost)).toEqual({ minimumMacs: 175 })
    expect(widthsOf({ parts: 1, pose: 1, look: 1 }, 175, cost).widths).toEqual(uniformWidths(tasks, 0.25))
  })

  it('never exceeds the budget, grows with it, and never takes width from a task that is preferred more', () => {
    const random = new Random(3)
    const most = costOf(cost, uniformWidths(tasks, 1))
    for (let trial = 0; trial < 1000; trial++) {
      const preferences = Object.fromEntries(tasks.map((task) => [task, random.uniform()]))
      const [low, high] = [random.between(175, most * 1.1), random.between(175, most * 1.1)].sort((a, b) => a - b)
      const [small, large] = [widthsOf(preferences, low, cost), widthsOf(preferences, high, cost)]
      expect(small.macs).toBeLessThanOrEqual(low)
      expect(large.macs).toBeGreaterThanOrEqual(small.macs)
      expect(costOf(cost, small.widths)).toBe(small.macs)
      const task = tasks[random.integer(3)]
      const raised = widthsOf({ ...preferences, [task]: preferences[task] + random.uniform() }, low, cost)
      const has = ({ encoder, decoders }: SlimConfiguration): number => encoder * decoders[task]
      expect(has(raised.widths)).toBeGreaterThanOrEqual(has(small.widths))
      for (const width of Object.values(raised.widths.decoders)) expect(slimWidths).toContain(width)
    }
  })
})
