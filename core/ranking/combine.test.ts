import { describe, expect, test } from 'vitest'
import { combine, meanRank } from './combine.ts'
import { detection } from './detection.ts'
import { familyEvidence, mirrorSteepness } from './families.ts'
import { epochOf, historyOf, jointHistory, type JointNoise } from './historyFixture.ts'
import { percentiles } from './order.ts'
import { rankTasks } from './rankTasks.ts'
import { signalNames, type SignalName } from './signalFields.ts'
import { computeSignals } from './signals.ts'

describe('the combination of signals', () => {
  const best: Record<Exclude<JointNoise, 'none'>, SignalName> = {
    derange: 's',
    joint: 'componentExcess',
    swap: 'swapGain',
  }

  for (const noise of ['derange', 'joint', 'swap'] as const) {
    test(`finds ${noise} as well as the signal made for it, and no worse than the plain mean rank`, () => {
      const { history, planted } = jointHistory(1000, noise, 11)
      const [signals] = computeSignals([history])
      const combined = detection(combine(signals).score, planted)
      const single = detection(signals.values[best[noise]], planted)
      // One joint among fourteen stands apart as no group of its own, and pays for listening to the other families.
      const price = noise === 'joint' ? 0.06 : 0.01
      expect(combined.auroc).toBeGreaterThan(0.95 - price)
      expect(combined.auroc).toBeGreaterThan(single.auroc - price)
      expect(combined.auroc).toBeGreaterThan(detection(meanRank(signals), planted).auroc - 0.005)
    })
  }

  test('hears families without a group apart less where another family has one', () => {
    const odds = (noise: JointNoise): { clear: string[]; inTheMiddle: number } => {
      const evidence = familyEvidence(computeSignals([jointHistory(1000, noise, 15).history])[0])
      const component = evidence.find(({ family }) => family === 'component')
      // The label in the middle: half of the others lie below it, and it does not deviate.
      const middle = component
        ? [...percentiles(component.deviation)].findIndex((share) => Math.abs(share - 0.5) < 0.001)
        : -1
      return {
        clear: evidence.flatMap(({ family, clear }) => (clear ? [family] : [])),
        inTheMiddle: component?.logOdds[middle] ?? NaN,
      }
    }
    const alone = odds('none')
    const beside = odds('swap')
    expect(alone.clear).toEqual([])
    expect(beside.clear).toEqual(['swap'])
    expect(alone.inTheMiddle - beside.inTheMiddle).toBeCloseTo(Math.log(0.05 / 0.0005), 2)
  })

  test('hears the far tail of a clear family only as a logarithm: an outlying component cannot drown the label as a whole', () => {
    const evidence = familyEvidence(computeSignals([jointHistory(1000, 'derange', 16).history])[0])
    const loudest = (name: string): number =>
      Math.max(...(evidence.find(({ family }) => family === name)?.logOdds ?? []))
    // Uncompressed, the component's mixture says 59 (less 4 beside wrong labels) and the label's 30.
    expect(loudest('component')).toBeCloseTo(5 + Math.log1p(59 - 5) - 4, 0)
    expect(loudest('label')).toBeCloseTo(20 + Math.log1p(30 - 20), 0)
  })

  test('says which family spoke and which joint is wrong', () => {
    const { history, planted } = jointHistory(1000, 'joint', 12)
    const [{ ranking }] = rankTasks([history])
    const first = ranking.rank.indexOf(1)
    expect(planted[first]).toBe(true)
    expect(ranking.spoke[first]).toBe('component')
    expect(ranking.worstComponent[first]).toBe(first % 14)
    const name = history.components[first % 14]
    expect(ranking.why(first).toLowerCase()).toMatch(new RegExp(`^${name} is \\d+\\.\\d deviations from where`))
    const found = planted.flatMap((wrong, i) => (wrong && ranking.worstComponent[i] === i % 14 ? [i] : []))
    expect(found.length / planted.filter(Boolean).length).toBeGreaterThan(0.9)
  })

  test('speaks of left and right where sides are exchanged, of the whole where all joints are wrong', () => {
    const swapped = rankTasks([jointHistory(1000, 'swap', 13).history])[0].ranking
    expect(swapped.why(swapped.rank.indexOf(1))).toContain('Left and right look exchanged')
    const deranged = rankTasks([jointHistory(1000, 'derange', 13).history])[0].ranking
    expect(deranged.why(deranged.rank.indexOf(1))).toContain('joints as a whole')
    expect(deranged.why(deranged.rank.indexOf(1000))).toContain('Nothing stands out')
  })

  test('flags a fifth when a fifth is deranged and nothing on clean labels', () => {
    expect(rankTasks([jointHistory(1000, 'derange', 14).history])[0].cut.estimatedNoise).toBeCloseTo(0.2, 1)
    expect(rankTasks([jointHistory(1000, 'none', 14).history])[0].cut.flagged).toBe(0)
  })

  test('ranks labels that training never saw last, and ties by mean loss', () => {
    const loss = Float32Array.from({ length: 60 }, (_, i) => (i === 5 ? NaN : 1 + (i % 7)))
    const s = loss.map((value) => (Number.isNaN(value) ? NaN : 4))
    const [{ ranking }] = rankTasks([historyOf([epochOf(1, 60, 1, { loss, s })], { components: ['all'] })])
    expect(ranking.rank[5]).toBe(60)
    expect(ranking.why(5)).toContain('never saw')
    expect(loss[ranking.rank.indexOf(1)]).toBe(7)
    expect([...ranking.rank].sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
  })

  test('works without parameters, and on a run without labels', () => {
    const loss = Float32Array.from({ length: 100 }, (_, i) => (i === 40 ? 30 : 1 + (i % 10) / 10))
    const [plain] = rankTasks([historyOf([epochOf(1, 100, 1, { loss })], { components: ['all'], kind: 'depth' })])
    expect(plain.ranking.rank[40]).toBe(1)
    expect(plain.cut.signal).toBe('meanLoss')
    const [empty] = rankTasks([historyOf([epochOf(1, 0, 1, {})], { components: ['all'] })])
    expect(empty.ranking.rank).toHaveLength(0)
  })
})

test('exchanged sides are believed as far as gains lean to one side: three to one gives odds of 3 at that gain', () => {
  // Right labels at −1, −1, −1, 1, wrong ones at 1, 1, 1, −1: σ(k) = 3/4, k = ln 3.
  expect(mirrorSteepness(Float64Array.of(-1, -1, -1, 1))).toBeCloseTo(Math.log(3), 2)
  expect(mirrorSteepness(Float64Array.of(-1, 1, NaN, -2, 2))).toBeCloseTo(0, 6)
  expect(mirrorSteepness(Float64Array.of(NaN, NaN))).toBe(0)
})

test('the plain mean rank averages over the signals that a label has', () => {
  const epochs = [epochOf(1, 2, 1, { loss: Float32Array.of(1, 2), s: Float32Array.of(0, NaN) })]
  // meanLoss and lastLoss: shares 0.25 and 0.75; s and sMean: 0.5 for the only label that has them.
  const ranks = meanRank(computeSignals([historyOf(epochs, { components: ['all'] })])[0])
  expect([...ranks]).toEqual([0.375, 0.75])
  expect(signalNames).toHaveLength(13)
})
