import { expect, test } from 'vitest'
import { flipByName } from './flipByName.ts'
import { loadSkeleton, skeletonNames } from './skeletons.ts'

test.each(skeletonNames)('the pairs of %s follow from its names', (name) => {
  const { joints, flip } = loadSkeleton(name)
  expect(flipByName(joints)).toEqual(flip)
})

test('sides are found in any spelling, and only where both are there', () => {
  expect(
    flipByName(['L ankle', 'R ankle', 'leftKnee', 'rightKnee', 'Right-Eye', 'nose', 'leftover', 'rightover']),
  ).toEqual([1, 0, 3, 2, 4, 5, 6, 7])
})
