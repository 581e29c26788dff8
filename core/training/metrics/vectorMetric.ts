import type { VectorSchema } from '../../dataset/task.ts'
import type { Metric } from './metric.ts'
import { batchRows } from './metricShape.ts'

/**
 * `rmse`: √ of the mean squared error over annotated entries, and `rmse NAME` for each group. Given and predicted:
 * Float32 [B, D], D the groups' total length; given NaN is not annotated.
 */
export function createVectorMetric(groups: VectorSchema['groups']): Metric<Float32Array, Float32Array> {
  const length = groups.reduce((end, group) => Math.max(end, group.start + group.length), 0)
  const squared = new Float64Array(length)
  const entries = new Float64Array(length)

  function rmse(start: number, end: number): number | null {
    let sum = 0
    let count = 0
    for (let d = start; d < end; d++) {
      sum += squared[d]
      count += entries[d]
    }
    return count === 0 ? null : Math.sqrt(sum / count)
  }

  return {
    add({ given, predicted }) {
      batchRows(given.length, length, predicted.length, length)
      for (let i = 0; i < given.length; i++) {
        if (Number.isNaN(given[i])) continue
        squared[i % length] += (predicted[i] - given[i]) ** 2
        entries[i % length]++
      }
    },
    result() {
      const values: [string, number | null][] = [
        ['rmse', rmse(0, length)],
        ...groups.map((group): [string, number | null] => [
          `rmse ${group.name}`,
          rmse(group.start, group.start + group.length),
        ]),
      ]
      return Object.fromEntries(values.flatMap(([name, value]) => (value === null ? [] : [[name, value]])))
    },
  }
}
