import { expect, test } from 'vitest'
import { remainingSeconds, shareDone } from './remainingTime.ts'
import { emptyDetail } from './runFixture.ts'

const begun = { ...emptyDetail(['parts']), people: { train: 1000, val: 100, test: 0 } }
const progress = { stage: 'epoch 3: trained', done: 10, total: 40, unit: 'steps', detail: '50 images/s' }

test('two epochs and a quarter of 20 are 11.25%, and the rest takes 17,750 images at 50 a second', () => {
  expect(shareDone(begun, progress)).toBeCloseTo(0.1125, 10)
  expect(remainingSeconds(begun, progress)).toBeCloseTo(355, 10)
})

test('nothing is promised while the training set is frozen', () => {
  const freezing = { stage: 'froze', done: 5, total: 10, unit: 'people' }
  expect(shareDone(begun, freezing)).toBeNull()
  expect(remainingSeconds(begun, freezing)).toBeNull()
})
