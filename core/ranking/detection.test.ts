import { expect, test } from 'vitest'
import { detection } from './detection.ts'

test('the share found, AUROC and average precision follow the hand-worked order', () => {
  // Ranked: planted, other, planted, other, other. Top 2 hold 1 of 2; pairs won 3 + 2 of 6; AP (1 + 2/3)/2.
  const result = detection(Float64Array.of(0.9, 0.8, 0.7, 0.2, 0.1), [true, false, true, false, false])
  expect(result).toMatchObject({ planted: 2, labels: 5, accuracy: 0.5 })
  expect(result.auroc).toBeCloseTo(5 / 6, 12)
  expect(result.averagePrecision).toBeCloseTo((1 + 2 / 3) / 2, 12)
})

test('ties count half, wherever the planted ones stand in the array', () => {
  for (const planted of [
    [true, false, false, false],
    [false, false, false, true],
  ]) {
    const result = detection(Float64Array.of(1, 1, 1, 1), planted)
    expect(result.auroc).toBe(0.5)
    expect(result.accuracy).toBe(0.25)
    expect(result.averagePrecision).toBe(0.25)
  }
})

test('labels without a score rank last', () => {
  const result = detection(Float64Array.of(NaN, 0.1, 0.2), [true, false, false])
  expect(result.auroc).toBe(0)
  expect(result.averagePrecision).toBeCloseTo(1 / 3, 12)
})

test('scores and flags of different lengths are refused', () => {
  expect(() => detection(Float64Array.of(1), [])).toThrow('1 scores for 0 labels')
})
