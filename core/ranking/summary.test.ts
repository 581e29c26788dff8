import { describe, expect, test } from 'vitest'
import type { Cut } from './cut.ts'
import type { EpochRecord, TaskHistory } from './history.ts'
import { rankTasks } from './rankTasks.ts'
import { shareBelow, summariseTask, summaryShares } from './summary.ts'

/** Labels with losses of their own in two epochs; joint 0 has the label's loss, joint 1 a tenth of it. */
function history(losses: readonly number[]): TaskHistory {
  const n = losses.length
  const nan = new Float32Array(n).fill(NaN)
  const epoch = (number: number): EpochRecord => ({
    epoch: number,
    loss: Float32Array.from(losses),
    s: Float32Array.from(losses, (loss) => Math.log(loss)),
    margin: nan,
    lowMargin: nan,
    softmin: nan,
    swapLoss: nan,
    componentLoss: Float32Array.from(losses.flatMap((loss) => [loss, loss / 10])),
    componentS: new Float32Array(2 * n).fill(NaN),
    componentSurprise: new Float32Array(2 * n).fill(NaN),
  })
  return {
    task: 'pose',
    kind: 'keypoints',
    labels: Float64Array.from(losses, (_, at) => at + 1),
    people: Int32Array.from(losses, (_, at) => at),
    components: ['head', 'hip'],
    epochs: [epoch(1), epoch(2)],
  }
}

describe('the summary of a ranking', () => {
  const losses = Array.from({ length: 201 }, (_, at) => 1 + at / 100)
  const [ranked] = rankTasks([history(losses)], { warmupEpochs: 1 })
  const summary = summariseTask(ranked, 1)

  test('keeps every signal at its shares: the median is the middle label', () => {
    const { meanLoss } = summary.signals
    expect(meanLoss).toHaveLength(summaryShares.length)
    expect(meanLoss?.[50]).toBeCloseTo(Math.log(2 + 1e-3), 5)
    expect(summary.signals.areaUnderMargin).toBeUndefined()
  })

  test('keeps the quartiles of each epoch and what is usual for each component', () => {
    expect(summary.course.epochs).toEqual([1, 2])
    expect(summary.course.loss[1]?.map((value) => Number(value.toFixed(3)))).toEqual([1.5, 2, 2.5])
    expect(summary.components.map(({ name, centre }) => [name, Number(centre.toFixed(3))])).toEqual([
      ['head', 2],
      ['hip', 0.2],
    ])
    // Median minus lower quartile over 0.6745.
    expect(summary.components[0].spread).toBeCloseTo(0.5 / 0.674489750196, 4)
  })

  test('counts every label once in the distribution', () => {
    const counts = summary.distribution?.counts ?? []
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(201)
  })

  test('says how many labels of each bin are likely wrong where a group stands apart', () => {
    const spread = (at: number, n: number): number => Math.sqrt(2) * inverseErf((2 * (at + 0.5)) / n - 1)
    const easy = Array.from({ length: 450 }, (_, at) => Math.exp(0.2 * spread(at, 450)))
    const wrong = Array.from({ length: 50 }, (_, at) => Math.exp(3 + 0.2 * spread(at, 50)))
    const [mixed] = rankTasks([history([...easy, ...wrong])], { warmupEpochs: 1 })
    const cut: Cut = mixed.cut
    expect(cut.verdict).toBe('corruption')
    const { distribution } = summariseTask(mixed, 1)
    const sum = distribution?.wrong?.reduce((total, value) => total + value, 0)
    expect(sum).toBeGreaterThan(48)
    expect(sum).toBeLessThan(52)
  })
})

/** Winitzki's approximation, good to 2e-3: enough to spread values like a normal distribution. */
function inverseErf(x: number): number {
  const a = 0.147
  const logarithm = Math.log(1 - x * x)
  const first = 2 / (Math.PI * a) + logarithm / 2
  return Math.sign(x) * Math.sqrt(Math.sqrt(first * first - logarithm / a) - first)
}

describe('the share of labels below a value', () => {
  const quantiles = summaryShares.map((share) => 10 * share)

  test('is read between the kept shares', () => {
    expect(shareBelow(quantiles, 5)).toBeCloseTo(0.5, 6)
    expect(shareBelow(quantiles, 5.05)).toBeCloseTo(0.505, 6)
    expect(shareBelow(quantiles, 9.985)).toBeCloseTo(0.9985, 6)
    expect(shareBelow(quantiles, -1)).toBe(0)
    expect(shareBelow(quantiles, 11)).toBe(1)
  })

  test('puts ties in the middle of their stretch', () => {
    const tied = summaryShares.map((share) => (share < 0.2 ? 0 : share <= 0.6 ? 3 : 4))
    expect(shareBelow(tied, 3)).toBeCloseTo(0.4, 6)
  })
})
