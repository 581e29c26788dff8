import { expect, test } from 'vitest'
import { epochOf, historyOf, randomSource } from './historyFixture.ts'
import { rankTasks } from './rankTasks.ts'

test('identities whose margin stays negative come first, and the reason says that somebody else was believed', () => {
  const { normal } = randomSource(5)
  const [n, wrong] = [200, 10]
  // The first ten pictures show somebody else: their loss stays up, and another class stays above the given one.
  const isWrong = (i: number): boolean => i < wrong
  const epochs = [1, 2, 3, 4].map((epoch) => {
    const of = (right: number, other: number, spread: number): Float32Array =>
      Float32Array.from({ length: n }, (_, i) => (isWrong(i) ? other : right) + spread * normal())
    const loss = of(0.6 - 0.1 * epoch, 1.8, 0.05)
    return epochOf(epoch, n, 1, { loss, componentLoss: loss, s: loss.map(Math.log), margin: of(epoch, -1.2, 0.1) })
  })
  const history = historyOf(epochs, { task: 'who', kind: 'identity', components: ['identity'] })
  const [{ ranking, signals }] = rankTasks([history])
  expect(Array.from(ranking.rank.subarray(0, wrong)).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  // The mean margin over the epochs after the first, of 1.2 against the label.
  expect(signals.values.areaUnderMargin[3]).toBeCloseTo(1.2, 0)
  expect(ranking.why(3)).toMatch(
    /^The identity does not match .* somebody else was believed more, by a margin of 1\.\d\.$/,
  )
  expect(ranking.why(150)).not.toContain('somebody else')
})
