import * as tf from '@tensorflow/tfjs'
import type { VectorSchema } from '../../dataset/task.ts'
import { ownMemory } from '../batch/batchMemory.ts'
import type { BatchMemory } from '../batch/batchMemory.ts'
import type { Standardisation } from './standardisation.ts'
import type { TaskLoss } from './taskLoss.ts'

/** Squared error of standardised entries; a component is a group, its loss the mean over the group's annotated entries. */
export function createVectorLoss(
  batch: number,
  schema: VectorSchema,
  scale: Standardisation,
  memory: BatchMemory = ownMemory,
): TaskLoss {
  const size = schema.components.length
  const groups = schema.groups.length
  const groupOf = Int32Array.from({ length: size }, (_, entry) =>
    schema.groups.findIndex((group) => entry >= group.start && entry < group.start + group.length),
  )
  const target = memory.floats(batch * size)
  const weight = memory.floats(batch * size)
  const annotated = memory.bytes(batch * size)
  const sums = new Float64Array(groups)
  const counts = new Int32Array(groups)

  function countGroups(b: number): number {
    counts.fill(0)
    for (let entry = 0; entry < size; entry++) counts[groupOf[entry]] += annotated[b * size + entry]
    return counts.reduce((present, count) => present + (count > 0 ? 1 : 0), 0)
  }

  return {
    components: groups,
    regression: true,
    feeds: {
      target: { shape: [batch, size], dtype: 'float32' },
      weight: { shape: [batch, size], dtype: 'float32' },
    },
    values: { target, weight },
    compute(raw, feeds) {
      const loss = tf.square(tf.sub(raw, feeds['target']))
      return { objective: tf.sum(tf.mul(loss, feeds['weight'])), outputs: { loss } }
    },
    clear(b) {
      target.fill(0, b * size, (b + 1) * size)
      weight.fill(0, b * size, (b + 1) * size)
      annotated.fill(0, b * size, (b + 1) * size)
    },
    fill(b, row, { flipped }) {
      this.clear(b)
      if (flipped && !schema.flip) return false
      let any = false
      for (let entry = 0; entry < size; entry++) {
        const value =
          flipped && schema.flip ? schema.flip.sign[entry] * row[schema.flip.permutation[entry]] : row[entry]
        if (Number.isNaN(value)) continue
        target[b * size + entry] = (value - scale.mean[entry]) / scale.deviation[entry]
        annotated[b * size + entry] = 1
        any = true
      }
      return any
    },
    weigh(b, weights, share) {
      const present = countGroups(b)
      for (let entry = 0; entry < size; entry++) {
        const group = groupOf[entry]
        const given = annotated[b * size + entry]
        weight[b * size + entry] = given
          ? (share * weights[weights.length === 1 ? 0 : group]) / (present * counts[group])
          : 0
      }
    },
    read(b, { loss }, into) {
      const present = countGroups(b)
      sums.fill(0)
      for (let entry = 0; entry < size; entry++) {
        if (annotated[b * size + entry]) sums[groupOf[entry]] += loss[b * size + entry]
      }
      let sum = 0
      for (let group = 0; group < groups; group++) {
        if (counts[group] === 0) continue
        into.componentLoss[group] = sums[group] / counts[group]
        sum += into.componentLoss[group]
      }
      into.loss = sum / present
    },
  }
}
