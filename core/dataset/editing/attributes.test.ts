import { expect, test } from 'vitest'
import { nextAnswer, nextOpenAnswer, noAnswers } from './attributes.ts'

test('an answer goes round not annotated, yes, no', () => {
  expect([null, true, false].map(nextAnswer)).toEqual([true, false, null])
})

test('the next open answer is found, round the end', () => {
  expect(noAnswers(2)).toEqual([null, null])
  expect(nextOpenAnswer([null, false, null], 0)).toBe(2)
  expect(nextOpenAnswer([null, false, null], 2)).toBe(0)
  expect(nextOpenAnswer([true, false])).toBeNull()
})
