import { sameJoints } from '../dataset/skeletonTemplate.ts'
import type { TaskSchema } from '../dataset/task.ts'
import type { PredictionRow } from './predictionValue.ts'

/**
 * A run's row in the joints of the task as it is now, whose template may have been edited since. Joints that the run did not
 * know are NaN. Rows of other tasks are returned as they are.
 * @param row [joints × 3] x, y, certainty
 */
export function alignedPrediction(row: PredictionRow, trained: TaskSchema, now: TaskSchema): PredictionRow {
  if (trained.kind !== 'keypoints' || now.kind !== 'keypoints') return row
  const same = sameJoints(trained, now)
  if (same.length === trained.joints.length && same.every((from, index) => from === index)) return row
  const aligned = new Float32Array(same.length * 3).fill(Number.NaN)
  same.forEach((from, index) => {
    if (from !== null) aligned.set(row.slice(3 * from, 3 * from + 3), 3 * index)
  })
  return aligned
}
