import { expect, test } from 'vitest'
import { copyAnswers, nextAnswer, nextOpenAnswer, noAnswers, setAnswer } from './attributes.ts'

test('an answer goes round not annotated, yes, no', () => {
  expect([null, true, false].map(nextAnswer)).toEqual([true, false, null])
})

test('answers are set one at a time, and the next open one is found, round the end', () => {
  const answers = setAnswer(noAnswers(3), 1, false)
  expect(answers).toEqual([null, false, null])
  expect(nextOpenAnswer(answers, 0)).toBe(2)
  expect(nextOpenAnswer(answers, 2)).toBe(0)
  expect(nextOpenAnswer([true, false])).toBeNull()
})

test('answers of another person replace all, or fill what is open', () => {
  expect(copyAnswers([true, null, false], [false, true, null], false)).toEqual([false, true, null])
  expect(copyAnswers([true, null, false], [false, true, null], true)).toEqual([true, true, false])
})
