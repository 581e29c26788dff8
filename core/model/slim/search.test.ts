import { describe, expect, it } from 'vitest'
import { Random } from '../../synthetic/random.ts'
import { costOf, searchWidths } from './search.ts'
import type { SlimCost } from './search.ts'
import { preferredWidth, quantisedWidth, slimWidths, uniformWidths } from './widths.ts'

/** An encoder of 1600·w² and decoders of 400·w·d: 100, 400, 900, 1600 and for instance 100 at .5 and .5. */
const cost: SlimCost = { encoder: (width) => 1600 * width ** 2, decoder: (_, encoder, width) => 400 * encoder * width }
const tasks = ['parts', 'pose', 'look']

describe('widths', () => {
  it('follow preferences in proportion to the largest, at the nearest step', () => {
    // .25 + .75·r/max r: 1, .625, .4, .25.
    expect([1, 0.5, 0.2, 0].map((preference) => preferredWidth(preference, 1))).toEqual([1, 0.75, 0.5, 0.25])
    expect(preferredWidth(3, 3)).toBe(1)
    expect([0, 0.37, 0.38, 0.62, 0.7, 2].map(quantisedWidth)).toEqual([0.25, 0.25, 0.5, 0.5, 0.75, 1])
  })
})

describe('the search', () => {
  it('gives decoders what is preferred and the encoder what is left', () => {
    // Decoders 1, .625 → .75 and .25: 400·w·2 beside 1600·w². At 1: 2400, at .75: 1500, at .5: 800.
    const preferences = { parts: 1, pose: 0.5, look: 0 }
    const decoders = { parts: 1, pose: 0.75, look: 0.25 }
    expect(searchWidths(preferences, 2400, cost)).toEqual({ widths: { encoder: 1, decoders }, macs: 2400 })
    // At .75 these take 1500; the shares .625 and .25 come to .875 and .375 by .25 and .125: look has its turn before pose.
    const eased = { parts: 1, pose: 1, look: 0.5 }
    expect(searchWidths(preferences, 2399, cost)).toEqual({ widths: { encoder: 0.75, decoders: eased }, macs: 1650 })
    const little = { ...decoders, look: 0.5 }
    expect(searchWidths(preferences, 1600, cost)).toEqual({ widths: { encoder: 0.75, decoders: little }, macs: 1575 })
    // A step of look takes as much as two of pose: it is passed over.
    const uneven: SlimCost = { ...cost, decoder: (task, w, d) => (task === 'look' ? 2 : 1) * cost.decoder(task, w, d) }
    const passed = { ...decoders, pose: 1 }
    expect(searchWidths(preferences, 1660, uneven)).toEqual({ widths: { encoder: 0.75, decoders: passed }, macs: 1650 })
    expect(searchWidths(preferences, 800, cost)).toEqual({ widths: { encoder: 0.5, decoders }, macs: 800 })
  })

  it('narrows the least preferred decoder first where the narrowest encoder does not fit', () => {
    // The narrowest encoder takes 100 and decoders 100 a unit of width: 3 units make 400, of which 300 is allowed.
    const found = searchWidths({ parts: 3, pose: 3, look: 2.9 }, 300, cost)
    expect(found).toEqual({ widths: { encoder: 0.25, decoders: { parts: 1, pose: 0.75, look: 0.25 } }, macs: 300 })
  })

  it('widens again what was narrowed, the most preferred first, where there is room', () => {
    // 100 for the encoder, 25 a step of these decoders but 100 a step of the last, which leaves 50 of 300 when it is halved.
    const uneven: SlimCost = {
      encoder: cost.encoder,
      decoder: (task, encoder, width) => (task === 'look' ? 1600 : 400) * encoder * width,
    }
    // All preferred: 100 + 100 + 400 + 100. Of 400, parts and pose go to 25 each, look from 400 to 200, and pose back to 75.
    const found = searchWidths({ pose: 2.9, parts: 2.8, look: 3 }, 400, uneven)
    expect(found.widths.decoders).toEqual({ pose: 0.75, parts: 0.25, look: 0.5 })
    expect(found.macs).toBe(400)
  })

  it('names the least that is needed where nothing fits, and refuses preferences of nothing', () => {
    // 100 + 3·25.
    expect(() => searchWidths({ parts: 1, pose: 1, look: 1 }, 174, cost)).toThrow(/takes 175 multiply-adds/)
    expect(searchWidths({ parts: 1, pose: 1, look: 1 }, 175, cost).widths).toEqual(uniformWidths(tasks, 0.25))
    expect(() => searchWidths({ parts: 0, pose: 0 }, 1000, cost)).toThrow(/nothing is preferred/)
    expect(() => searchWidths({ parts: -1, pose: 2 }, 1000, cost)).toThrow(/nothing is preferred/)
  })

  it('never exceeds the budget, grows with it, and never narrows the decoder of a task that is preferred more', () => {
    const random = new Random(3)
    const most = costOf(cost, uniformWidths(tasks, 1))
    for (let trial = 0; trial < 300; trial++) {
      const preferences = Object.fromEntries(tasks.map((task) => [task, random.uniform()]))
      const [low, high] = [random.between(175, most * 1.1), random.between(175, most * 1.1)].sort((a, b) => a - b)
      const [small, large] = [searchWidths(preferences, low, cost), searchWidths(preferences, high, cost)]
      expect(small.macs).toBeLessThanOrEqual(low)
      expect(large.macs).toBeGreaterThanOrEqual(small.macs)
      expect(costOf(cost, small.widths)).toBe(small.macs)
      const task = tasks[random.integer(3)]
      const raised = searchWidths({ ...preferences, [task]: preferences[task] + random.uniform() }, low, cost)
      expect(raised.widths.decoders[task]).toBeGreaterThanOrEqual(small.widths.decoders[task])
      for (const width of Object.values(raised.widths.decoders)) expect(slimWidths).toContain(width)
    }
  })
})
