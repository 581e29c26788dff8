import { describe, expect, test } from 'vitest'
import { cutTask, cutValues, findGroups } from './cut.ts'
import { fitOne } from './gaussianMixture.ts'
import { jointHistory, randomSource } from './historyFixture.ts'
import { computeSignals } from './signals.ts'

function sample(n: number, draw: () => number, shift = 0, share = 0): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => draw() + (i < share * n ? shift : 0))
}

describe('the proposed cut', () => {
  test('estimates the planted share within 0.01 when wrong labels stand four deviations apart', () => {
    const { normal } = randomSource(1)
    for (const share of [0.05, 0.2, 0.4]) {
      const cut = cutValues(sample(5000, normal, 4, share), 's')
      expect(cut.verdict).toBe('corruption')
      expect(Math.abs(cut.estimatedNoise - share)).toBeLessThan(0.01)
      expect(Math.abs(cut.flagged / 5000 - share)).toBeLessThan(0.015)
      expect(cut.separation).toBeCloseTo(4, 0)
    }
  })

  test('sees no clear corruption in clean distributions, skewed or heavy-tailed', () => {
    const { uniform, normal } = randomSource(2)
    const exponential = (): number => -Math.log(1 - uniform())
    const clean: Record<string, () => number> = {
      normal,
      gumbel: () => -Math.log(exponential()),
      'left-skewed': () => Math.log(exponential()),
      gamma: () => exponential() + exponential() + exponential(),
      exponential,
      'log-normal': () => Math.exp(0.5 * normal()),
      laplace: () => exponential() - exponential(),
    }
    for (const [name, draw] of Object.entries(clean)) {
      const cut = cutValues(sample(3000, draw), 's')
      expect([name, cut.verdict, cut.flagged]).toEqual([name, 'none', 0])
    }
  })

  test('finds wrong labels above a skewed clean distribution', () => {
    const { uniform } = randomSource(3)
    const cut = cutValues(
      sample(4000, () => -0.78 * Math.log(-Math.log(uniform())), 5, 0.2),
      's',
    )
    expect(Math.abs(cut.estimatedNoise - 0.2)).toBeLessThan(0.015)
  })

  test('does not call the majority wrong when a few labels are easy', () => {
    const { normal } = randomSource(4)
    expect(cutValues(sample(3000, normal, -6, 0.2), 's')).toMatchObject({ verdict: 'none', flagged: 0 })
  })

  test('says nothing of few labels, equal ones or none', () => {
    expect(
      cutValues(
        Float64Array.from({ length: 49 }, (_, i) => i),
        's',
      ).explanation,
    ).toContain('49 labels are too few')
    expect(cutValues(new Float64Array(500).fill(-4), 's').explanation).toContain('all alike')
    expect(cutValues(new Float64Array(100).fill(NaN), 's')).toMatchObject({ verdict: 'none', labels: 0 })
  })

  test('leaves labels without a value out of its count', () => {
    const { normal } = randomSource(5)
    const values = sample(2000, normal, 6, 0.1)
    values.fill(NaN, 1000)
    expect(cutValues(values, 's')).toMatchObject({ labels: 1000 })
    expect(Math.abs(cutValues(values, 's').estimatedNoise - 0.2)).toBeLessThan(0.01)
  })

  test('gives odds that rise with the value throughout and pass even at the threshold', () => {
    const { normal } = randomSource(6)
    const groups = findGroups(
      Float64Array.from({ length: 3000 }, (_, i) => (i % 5 === 0 ? 4 + 0.3 * normal() : normal())),
    )
    if (!('logOdds' in groups)) throw new Error(groups.reason)
    expect(groups.logOdds(groups.threshold)).toBeCloseTo(0, 1)
    let before = -Infinity
    for (let x = -6; x < 12; x += 0.25) {
      expect(groups.logOdds(x)).toBeGreaterThan(before)
      before = groups.logOdds(x)
    }
  })

  test('turns from s to the log mean loss when more than a tenth of the labels are clamped', () => {
    const { history } = jointHistory(400, 'derange', 7)
    const [signals] = computeSignals([history])
    expect(cutTask(signals).signal).toBe('s')
    expect(Math.abs(cutTask(signals).estimatedNoise - 0.2)).toBeLessThan(0.02)
    const clamped = { ...signals, clamped: 0.11 }
    expect(cutTask(clamped).signal).toBe('meanLoss')
    expect(Math.abs(cutTask(clamped).estimatedNoise - 0.2)).toBeLessThan(0.03)
  })
})

test('one Gaussian has the likelihood worked out by hand', () => {
  // Values −1 and 1: σ = 1, each ln N = −½ ln 2π − ½.
  const { logLikelihood, components } = fitOne({ x: Float64Array.of(-1, 1), weight: Float64Array.of(1, 1) }, 0.01)
  expect(components[0]).toEqual({ share: 1, mean: 0, deviation: 1 })
  expect(logLikelihood).toBeCloseTo(-Math.log(2 * Math.PI) - 1, 12)
})
