import { describe, expect, it } from 'vitest'
import { controlError, controllability, controlVolume, overshoot, preferenceCorrelation } from './controllability.ts'
import type { ControlPoint } from './controllability.ts'
import { spearman } from './rankCorrelation.ts'

const point = (parts: number, budget: number, macs: number, accuracy: number, other = 0.5): ControlPoint => ({
  preferences: { parts, pose: 1 - parts },
  budget,
  macs,
  accuracies: { parts: accuracy, pose: other },
})

describe('the rank correlation', () => {
  it('goes by ranks alone, and equal values share theirs', () => {
    expect(spearman([1, 2, 3], [10, 1000, 1001])).toBe(1)
    expect(spearman([1, 2, 3], [3, 2, 1])).toBe(-1)
    // Ranks 1, 2.5, 2.5, 4 beside 1, 2, 3, 4: 4.5 / √(4.5·5).
    expect(spearman([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(0.948683, 6)
    expect(spearman([1, 1, 1], [1, 2, 3])).toBe(null)
    expect(() => spearman([1], [1, 2])).toThrow(RangeError)
  })
})

describe('controllability', () => {
  it('measures how far a network stays from its budget, where the budget binds', () => {
    // 20% and 10%; the third is allowed more than there is.
    const points = [point(0.5, 100, 80, 0.5), point(0.5, 200, 180, 0.5), point(0.5, 900, 400, 0.5)]
    expect(controlError(points, 400)).toBeCloseTo(0.15, 12)
    expect(overshoot(points)).toBe(0)
    expect(overshoot([...points, point(0.5, 100, 125, 0.5)])).toBe(0.25)
  })

  it('correlates preference and accuracy at equal budgets', () => {
    // At 100 they rise together, at 200 two of three pairs do: (1 + 0.5) / 2; the budgets' own levels do not matter.
    const points = [
      ...[point(0, 100, 100, 0.1), point(0.5, 100, 100, 0.2), point(1, 100, 100, 0.3)],
      ...[point(0, 200, 200, 0.6), point(0.5, 200, 200, 0.5), point(1, 200, 200, 0.7)],
    ]
    expect(preferenceCorrelation(points, 'parts')).toBe(0.75)
    expect(preferenceCorrelation(points, 'pose')).toBe(null)
    const { spearman: found } = controllability(points, ['parts', 'pose'], 400)
    expect(found).toEqual({ tasks: { parts: 0.75, pose: null }, mean: 0.75 })
  })

  it('is the share of the box of errors and cost that is reached, by hand', () => {
    // Cost ¼ of 400 and errors .6 and .5: (1.1 − .25)·.4·.5 / 1.1.
    expect(controlVolume([point(0.5, 100, 100, 0.4)], ['parts', 'pose'], 400)).toBeCloseTo((0.85 * 0.4 * 0.5) / 1.1, 12)
    const unknown: ControlPoint = { ...point(0.5, 100, 100, 0.4), accuracies: { parts: 0.4, pose: null } }
    expect(controlVolume([unknown], ['parts', 'pose'], 400)).toBeCloseTo((0.85 * 0.4) / 1.1, 12)
  })
})
