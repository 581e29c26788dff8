import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lackOfAchievement } from './achievement.ts'
import { dynamicAverageWeights } from './dynamicAverage.ts'
import { gradientNormSlope } from './gradientNorm.ts'
import { impartialLossSlope, impartialLossTerm, impartialLossWeight } from './impartialLoss.ts'
import { movedAverage } from './movingAverage.ts'
import { randomWeights } from './randomWeights.ts'
import { ScalarAdam } from './scalarAdam.ts'
import { softmax } from './softmax.ts'
import { taskPriority } from './taskPriority.ts'
import { uncertaintySlope, uncertaintyTerm, uncertaintyWeight } from './uncertainty.ts'

const expectClose = (found: readonly number[], expected: readonly number[], digits = 5): void => {
  expect(found.length).toBe(expected.length)
  expected.forEach((value, at) => expect(found[at]).toBeCloseTo(value, digits))
}

describe('random loss weighting', () => {
  it('gives each task 1/K on average, the same at the same step, and always a point of the simplex', () => {
    const draws = Array.from({ length: 4000 }, (_, update) => randomWeights(4, 3, update))
    for (const weights of draws.slice(0, 50)) expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9)
    for (let task = 0; task < 4; task++) {
      const mean = draws.reduce((sum, weights) => sum + weights[task], 0) / draws.length
      expect(Math.abs(mean - 0.25)).toBeLessThan(0.01)
    }
    expect(randomWeights(4, 3, 17)).toEqual(draws[17])
    expect(randomWeights(4, 4, 17)).not.toEqual(draws[17])
  })
})

describe('dynamic weight average', () => {
  it('gives (1.12435, 0.87565) for loss ratios (1, ½) at T = 2', () => {
    expectClose(dynamicAverageWeights([2, 1], [2, 2], 2), [1.12435, 0.87565])
  })

  it('is even until two epochs are known, and a task that appeared late counts as steady', () => {
    expectClose(dynamicAverageWeights([2, 1], [null, null], 2), [1, 1])
    const [first, second, late] = dynamicAverageWeights([2, 1, 5], [2, 2, null], 2)
    expect(late).toBeCloseTo(first, 9)
    expect(second).toBeLessThan(first)
  })
})

describe('uncertainty weighting', () => {
  it('is least where e^s is 2L, which for a regression’s halved loss is its whole one', () => {
    for (const loss of [0.3, 1, 4]) {
      const best = Math.log(2 * loss)
      expect(uncertaintySlope(loss, best)).toBeCloseTo(0, 12)
      for (const s of [best - 0.1, best + 0.1]) {
        expect(uncertaintyTerm(loss, s)).toBeGreaterThan(uncertaintyTerm(loss, best))
      }
    }
    // l = 4: L = l/2 = 2, and e^s = l.
    expect(uncertaintyWeight(Math.log(4))).toBe(0.25)
    expect(uncertaintySlope(2, Math.log(4))).toBeCloseTo(0, 12)
  })

  it('has the slope of its term', () => {
    const step = 1e-6
    const measured = (uncertaintyTerm(3, 0.4 + step) - uncertaintyTerm(3, 0.4 - step)) / (2 * step)
    expect(uncertaintySlope(3, 0.4)).toBeCloseTo(measured, 6)
  })
})

describe('IMTL-L', () => {
  it('is least where e^s is 1/L, where every scaled loss is 1', () => {
    for (const loss of [0.3, 1, 4]) {
      const best = -Math.log(loss)
      expect(impartialLossSlope(loss, best)).toBeCloseTo(0, 12)
      expect(impartialLossWeight(best) * loss).toBeCloseTo(1, 12)
      expect(impartialLossTerm(loss, best + 0.1)).toBeGreaterThan(impartialLossTerm(loss, best))
      expect(impartialLossTerm(loss, best - 0.1)).toBeGreaterThan(impartialLossTerm(loss, best))
    }
  })
})

describe('dynamic task prioritisation', () => {
  it('weighs an accuracy of ½ by 0.34657 at γ = 1', () => {
    expect(taskPriority(0.5, 1)).toBeCloseTo(0.34657, 5)
  })

  it('falls with the accuracy and stays finite and above 0', () => {
    const weights = [0, 0.1, 0.5, 0.9, 1].map((accuracy) => taskPriority(accuracy, 1))
    for (let at = 1; at < weights.length; at++) expect(weights[at]).toBeLessThan(weights[at - 1])
    expect(weights.every((weight) => weight > 0 && Number.isFinite(weight))).toBe(true)
  })
})

describe('achievement-based weights', () => {
  it('are (0.56218, 0.43782) for half and all of the potential, without margin, at γ = 2', () => {
    const options = { gamma: 2, margin: 0 }
    const raw = [lackOfAchievement(0.4, 0.8, options), lackOfAchievement(0.7, 0.7, options)]
    expectClose(raw, [0.25, 0])
    expectClose(softmax(raw), [0.56218, 0.43782])
  })

  it('know no lack beyond the potential', () => {
    expect(lackOfAchievement(0.9, 0.8, { gamma: 2, margin: 0.05 })).toBe(0)
    expect(lackOfAchievement(0.8, 0.8, { gamma: 1, margin: 0.25 })).toBeCloseTo(0.2, 12)
  })

  it('smooth accuracies: 0.4, then 0.8, is 0.44', () => {
    expect(movedAverage(movedAverage(null, 0.4), 0.8)).toBeCloseTo(0.44, 12)
  })
})

describe('GradNorm', () => {
  it('pulls at (−1, +3) where norms are (1, 3) and both tasks are equally far', () => {
    expect(gradientNormSlope([1, 1], [1, 3], [1, 1], 1.5)).toEqual([-1, 3])
  })

  it('asks for a larger gradient of the task that has come less far', () => {
    // Norms are equal; task 0 has kept its loss, task 1 has halved it.
    expect(gradientNormSlope([1, 1], [2, 2], [1, 0.5], 1.5)).toEqual([-2, 2])
  })
})

describe('Adam on single numbers', () => {
  it('first steps by the rate against the slope, and comes to the optimum of IMTL-L', () => {
    const adam = new ScalarAdam([0, 0])
    adam.step(0, 4, 0.1)
    expectClose([adam.value(0), adam.value(1)], [-0.1, 0])
    for (let step = 0; step < 2000; step++) adam.step(0, impartialLossSlope(4, adam.value(0)), 0.01)
    expect(adam.value(0)).toBeCloseTo(-Math.log(4), 3)
  })
})

describe('softmax', () => {
  it('lies on the simplex for any values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 6 }),
        (values) => {
          const shares = softmax(values)
          return (
            shares.every((share) => share >= 0) && Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-9
          )
        },
      ),
    )
  })
})
