import type { Metric } from './metric.ts'
import { batchRows } from './metricShape.ts'

/**
 * `meanAccuracy`: mA, the mean over attributes of (TPR + TNR)/2, blind to how rare an attribute is (Deng et al., "Pedestrian
 * Attribute Recognition At Far Distance", 2014); attributes without a labelled yes and a labelled no are left out.
 * `accuracy`: share of labelled entries that are right. Given: Int8 [B, A], −1 not annotated. Predicted: probabilities
 * Float32 [B, A], yes above 0.5.
 */
export function createAttributesMetric(attributes: number): Metric<Int8Array, Float32Array> {
  const total = [new Float64Array(attributes), new Float64Array(attributes)]
  const right = [new Float64Array(attributes), new Float64Array(attributes)]
  return {
    add({ given, predicted }) {
      batchRows(given.length, attributes, predicted.length, attributes)
      for (let i = 0; i < given.length; i++) {
        const value = given[i]
        if (value !== 0 && value !== 1) continue
        total[value][i % attributes]++
        if (predicted[i] > 0.5 === (value === 1)) right[value][i % attributes]++
      }
    },
    result() {
      let balanced = 0
      let measured = 0
      let correct = 0
      let labelled = 0
      for (let a = 0; a < attributes; a++) {
        correct += right[0][a] + right[1][a]
        labelled += total[0][a] + total[1][a]
        if (total[0][a] === 0 || total[1][a] === 0) continue
        balanced += (right[0][a] / total[0][a] + right[1][a] / total[1][a]) / 2
        measured++
      }
      return {
        ...(measured > 0 && { meanAccuracy: balanced / measured }),
        ...(labelled > 0 && { accuracy: correct / labelled }),
      }
    },
  }
}
