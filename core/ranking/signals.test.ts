import { describe, expect, test } from 'vitest'
import { robustDeviation } from './deviation.ts'
import { epochOf, historyOf, jointHistory, randomSource } from './historyFixture.ts'
import { averageRanks, percentiles, quantile } from './order.ts'
import { signalFields, signalNames } from './signalFields.ts'
import { computeSignals } from './signals.ts'
import { labelTrajectory, medianTrajectory } from './trajectory.ts'

const f = (...values: number[]): Float32Array => Float32Array.from(values)

describe('signals of a label', () => {
  const history = historyOf(
    [
      epochOf(1, 2, 1, { loss: f(9, 9), s: f(0, 0), margin: f(5, 5), swapLoss: f(0, 0) }),
      epochOf(2, 2, 1, { loss: f(1, 2), s: f(0.5, 1), margin: f(1, -1), softmin: f(0.9, 0.1), swapLoss: f(3, 1) }),
      epochOf(3, 2, 1, { loss: f(3, NaN), s: f(1.5, NaN), margin: f(2, -2), lowMargin: f(-1, 4), swapLoss: f(1, NaN) }),
    ],
    { components: ['all'] },
  )
  const [{ values }] = computeSignals([history])

  test('leave the warm-up epoch out of means and skip epochs in which the label was not seen', () => {
    expect([...values.meanLoss]).toEqual([Math.log(2.001), Math.log(2.001)])
    expect([...values.lastLoss]).toEqual([Math.log(3.001), Math.log(2.001)])
    expect([...values.sMean]).toEqual([1, 1])
    expect([...values.s]).toEqual([1.5, 1])
  })

  test('are all oriented so that larger is more suspect', () => {
    expect([...values.areaUnderMargin]).toEqual([-1.5, 1.5])
    expect([...values.lowMargin]).toEqual([1, -4])
    expect(values.softmin[0]).toBeLessThan(values.softmin[1])
    // (1 − 3 + 3 − 1)/2 and 2 − 1.
    expect([...values.swapGain]).toEqual([0, 1])
  })

  test('measure the late slope of s by least squares', () => {
    const epochs = [0, 0, 1, 1.5, 3, 3.5].map((s, e) => epochOf(e + 1, 1, 1, { s: f(s) }))
    // Over epochs 4, 5, 6: 1.5, 3, 3.5 has slope (3.5 − 1.5)/2 = 1.
    expect(computeSignals([historyOf(epochs, { components: ['all'] })])[0].values.sSlope[0]).toBeCloseTo(1, 12)
  })

  test('count the labels at the clamp, by their components where there are any', () => {
    const epochs = [epochOf(1, 3, 2, { s: f(-4, 0, 1), componentS: f(-4, -4, 4, -4, 1, 1) })]
    expect(computeSignals([historyOf(epochs, { components: ['a', 'b'] })])[0].clamped).toBeCloseTo(2 / 3, 12)
  })

  test('refuse records that do not fit', () => {
    const epochs = [epochOf(1, 2, 1, {})]
    expect(() => computeSignals([historyOf(epochs, { components: ['a', 'b'] })])).toThrow(
      'componentLoss has 2 values where 4',
    )
  })
})

describe('component signals', () => {
  test('hold a joint against the same joint elsewhere: the excess is the largest deviation minus their mean', () => {
    // Ankles 0 … 8, heads 10 … 18: medians 4 and 14, lower quartiles 2 below, spread 2/0.6745. Label 8 has deviation
    // 4·0.6745/2 for its ankle and −4·0.6745/2 for its head: excess 4·0.6745/2.
    const componentLoss = Float32Array.from({ length: 18 }, (_, at) => (at % 2 === 0 ? at / 2 : 18 - (at - 1) / 2))
    const [signals] = computeSignals([
      historyOf([epochOf(1, 9, 2, { componentLoss })], { components: ['ankle', 'head'] }),
    ])
    expect(signals.values.componentExcess[8]).toBeCloseTo(2 * 0.67449, 4)
    expect(signals.worstComponent[8]).toBe(0)
    expect(signals.worstComponent[0]).toBe(1)
  })

  test('say nothing of a label with a single component', () => {
    const epochs = [
      epochOf(1, 3, 2, {
        componentLoss: f(1, NaN, 2, 3, NaN, NaN),
        componentS: f(1, NaN, 2, 3, NaN, NaN),
        componentSurprise: f(-1, NaN, 0.5, 2, NaN, NaN),
      }),
    ]
    const [signals] = computeSignals([historyOf(epochs, { components: ['a', 'b'] })])
    expect(signals.values.componentExcess[0]).toBeNaN()
    expect([...signals.worstComponent]).toEqual([-1, signals.worstComponent[1], -1])
    expect([...signals.values.componentS]).toEqual([1, 3, NaN])
    expect([...signals.values.componentSurprise]).toEqual([-1, 2, NaN])
  })
})

describe('the cross-task residual', () => {
  test('is small for hard pictures and large for a label that is alone in being hard', () => {
    const { normal } = randomSource(8)
    const hard = Array.from({ length: 300 }, () => normal())
    const task = (name: string, people: number[], wrong: number) =>
      historyOf(
        [
          epochOf(1, people.length, 1, {
            s: Float32Array.from(people, (p) => 0.8 * hard[p] + 0.1 * normal() + (p === wrong ? 3 : 0)),
          }),
        ],
        { components: ['all'], task: name, people: Int32Array.from(people) },
      )
    const everyone = hard.map((_, p) => p)
    const some = everyone.filter((p) => p % 3 !== 0)
    const [first, second] = computeSignals([task('first', everyone, 7), task('second', some, -1)])
    const hardest = hard.indexOf(Math.max(...some.map((p) => hard[p])))
    expect(first.values.s[hardest]).toBeGreaterThan(1)
    expect(Math.abs(first.values.crossTask[hardest])).toBeLessThan(0.6)
    expect(first.values.crossTask[7]).toBeCloseTo(3, 0)
    expect(first.values.crossTask[3]).toBeNaN()
    expect(second.values.crossTask[some.indexOf(7)]).toBeLessThan(-1)
  })
})

describe('order statistics', () => {
  test('rank with ties averaged, or broken where told how, and leave gaps for missing values', () => {
    expect([...averageRanks(Float64Array.of(5, NaN, 1, 5))]).toEqual([2.5, NaN, 1, 2.5])
    expect([...averageRanks(Float64Array.of(5, NaN, 1, 5), Float64Array.of(2, 0, 0, 1))]).toEqual([3, NaN, 1, 2])
    expect([...percentiles(Float64Array.of(10, 20, NaN, 20))]).toEqual([0.5 / 3, 2 / 3, NaN, 2 / 3])
    expect(quantile(Float64Array.of(0, 10), 0.25)).toBe(2.5)
  })

  test('deviate from the lower half, so that wrong labels above do not widen the scale', () => {
    // Median 3, lower quartile 2: spread 1/0.6745.
    const deviation = robustDeviation(Float64Array.of(1, 2, 3, 4, 1000))
    expect(deviation[3]).toBeCloseTo(0.67449, 4)
    expect(deviation[4]).toBe(30)
    expect([...robustDeviation(Float64Array.of(2, 2, NaN))]).toEqual([0, 0, NaN])
  })
})

test('every signal has a title and a description', () => {
  for (const name of signalNames) expect(signalFields[name].description.length).toBeGreaterThan(20)
})

test('trajectories follow a label and the median', () => {
  const { history } = jointHistory(50, 'none', 9)
  expect(labelTrajectory(history, 4)).toHaveLength(8)
  expect(medianTrajectory(historyOf([epochOf(1, 3, 1, { s: f(1, 2, 9) })], { components: ['a'] }))).toEqual([2])
})
