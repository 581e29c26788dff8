import type { Metric } from './metric.ts'
import { batchRows } from './metricShape.ts'

/**
 * `absoluteError`: mean |predicted − given| over valid pixels, in the task's unit. `delta125`: share of the valid pixels
 * with given > 0 whose ratio max(p/g, g/p) is below 1.25 (Eigen et al., 2014); a prediction ≤ 0 is never within it.
 * Given: Float32 maps, NaN invalid. Predicted: Float32 maps.
 */
export function createDepthMetric(): Metric<Float32Array, Float32Array> {
  let error = 0
  let pixels = 0
  let close = 0
  let positive = 0
  return {
    add({ given, predicted }) {
      batchRows(given.length, 1, predicted.length, 1)
      for (let i = 0; i < given.length; i++) {
        const value = given[i]
        if (Number.isNaN(value)) continue
        error += Math.abs(predicted[i] - value)
        pixels++
        if (value <= 0) continue
        positive++
        if (predicted[i] > 0 && Math.max(predicted[i] / value, value / predicted[i]) < 1.25) close++
      }
    },
    result() {
      return {
        ...(pixels > 0 && { absoluteError: error / pixels }),
        ...(positive > 0 && { delta125: close / positive }),
      }
    },
  }
}
