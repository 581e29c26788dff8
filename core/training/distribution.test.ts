import { expect, test } from 'vitest'
import { quantilesOf } from './distribution.ts'

test('quantiles lie between neighbours and leave out labels that were not seen', () => {
  // 0 … 100 in disorder: the quantile of level p is 100 p.
  const values = Float32Array.from([...Array.from({ length: 101 }, (_, at) => (at * 37) % 101), NaN, NaN])
  expect(quantilesOf(values)).toEqual([1, 5, 25, 50, 75, 95, 99])
})

test('two values: a quarter of the way is a quarter of the difference', () => {
  expect(quantilesOf(Float32Array.from([8, 4]))?.slice(2, 5)).toEqual([5, 6, 7])
})

test('no value has no quantiles', () => {
  expect(quantilesOf(Float32Array.from([NaN]))).toBeNull()
})
