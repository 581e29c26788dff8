import { notAnnotatedPart } from '../../dataset/label.ts'
import type { Metric } from './metric.ts'
import { batchRows } from './metricShape.ts'

/**
 * `meanIou`: mean over classes, background included, of intersection over union counted over all pixels of the split;
 * classes that are neither labelled nor predicted are left out. `pixelAccuracy`: share of annotated pixels that are right.
 * Given and predicted: Uint8 masks of any size; given 255 is not annotated and counts nowhere, not even as a prediction.
 */
export function createPartsMetric(parts: number): Metric<Uint8Array, Uint8Array> {
  const intersection = new Float64Array(256)
  const givenPixels = new Float64Array(256)
  const predictedPixels = new Float64Array(256)
  return {
    add({ given, predicted }) {
      batchRows(given.length, 1, predicted.length, 1)
      for (let i = 0; i < given.length; i++) {
        const part = given[i]
        if (part === notAnnotatedPart) continue
        givenPixels[part]++
        predictedPixels[predicted[i]]++
        if (predicted[i] === part) intersection[part]++
      }
    },
    result() {
      let ious = 0
      let classes = 0
      let right = 0
      let pixels = 0
      for (let part = 0; part < parts; part++) {
        right += intersection[part]
        pixels += givenPixels[part]
        const union = givenPixels[part] + predictedPixels[part] - intersection[part]
        if (union === 0) continue
        ious += intersection[part] / union
        classes++
      }
      return { ...(pixels > 0 && { meanIou: ious / classes, pixelAccuracy: right / pixels }) }
    },
  }
}
