import { expect, test } from 'vitest'
import { editedTemplate } from '../dataset/skeletonTemplate.ts'
import type { KeypointsSchema } from '../dataset/task.ts'
import { alignedPrediction } from './alignedPrediction.ts'

const trained: KeypointsSchema = { kind: 'keypoints', joints: ['a', 'b'], edges: [], flip: [0, 1] }
const row = Float32Array.from([1, 2, 0.5, 3, 4, 0.25])

test('a run’s joints stand where the template has them now, and what the run did not know is open', () => {
  const now = editedTemplate(trained, {
    joints: [
      { name: 'b', from: 1 },
      { name: 'new', from: null },
      { name: 'a', from: 0 },
    ],
    edges: [],
    flip: [0, 1, 2],
  })
  expect([...alignedPrediction(row, trained, now)]).toEqual([3, 4, 0.25, NaN, NaN, NaN, 1, 2, 0.5])
})

test('a row is itself where the template is that of the run', () => {
  expect(alignedPrediction(row, trained, { ...trained, joints: ['a', 'renamed'] })).toBe(row)
})
