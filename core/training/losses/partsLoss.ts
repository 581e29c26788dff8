import * as tf from '@tensorflow/tfjs'
import type { Tensor2D } from '@tensorflow/tfjs'
import { notAnnotatedPart } from '../../dataset/label.ts'
import { entropyOfSoftmax, sparseCrossEntropy } from '../../tensor/kernels.ts'
import { ownMemory } from '../batch/batchMemory.ts'
import type { BatchMemory } from '../batch/batchMemory.ts'
import { sampleCells } from './mapSampling.ts'
import type { MapGeometry } from './mapSampling.ts'
import type { TaskLoss } from './taskLoss.ts'

/** Quantile of the margins over pixels that `lowMargin` reports. */
const lowQuantile = 0.1
/** Temperature of softmin over pixels (methods.md 7, signal 4). */
const softminTemperature = 0.1

/**
 * Softmax cross entropy by pixel, at the map's size; not annotated pixels have no weight. The label's loss is the mean
 * over pixels, a component is a part that is present in the mask, its loss the mean over that part's pixels.
 */
export function createPartsLoss(
  batch: number,
  flip: readonly number[],
  geometry: MapGeometry,
  memory: BatchMemory = ownMemory,
): TaskLoss {
  const parts = flip.length
  const cells = geometry.height * geometry.width
  const label = memory.integers(batch * cells)
  const weight = memory.floats(batch * cells)
  /** [batch, parts] pixels of each part. */
  const pixels = memory.integers(batch * parts)
  const annotated = memory.bytes(batch * cells)
  const samples = new Int32Array(cells)
  const margins = new Float32Array(cells)
  const partLoss = new Float64Array(parts)
  const partSurprise = new Float64Array(parts)

  return {
    components: parts,
    regression: false,
    feeds: {
      label: { shape: [batch * cells], dtype: 'int32' },
      weight: { shape: [batch * cells], dtype: 'float32' },
    },
    values: { label, weight },
    compute(raw, feeds) {
      const logits = tf.reshape(raw, [batch * cells, parts]) as Tensor2D
      const loss = sparseCrossEntropy(logits, feeds['label'])
      const best = tf.topk(logits, 2).values
      return {
        objective: tf.sum(tf.mul(loss, feeds['weight'])),
        outputs: { loss, best, logsum: tf.logSumExp(logits, 1), expected: entropyOfSoftmax(logits) },
      }
    },
    clear(b) {
      weight.fill(0, b * cells, (b + 1) * cells)
      annotated.fill(0, b * cells, (b + 1) * cells)
      label.fill(0, b * cells, (b + 1) * cells)
      pixels.fill(0, b * parts, (b + 1) * parts)
    },
    fill(b, row, augmentation) {
      this.clear(b)
      sampleCells(augmentation, geometry, samples)
      let any = false
      for (let cell = 0; cell < cells; cell++) {
        const part = samples[cell] < 0 ? notAnnotatedPart : row[samples[cell]]
        if (part >= parts) continue
        const learned = augmentation.flipped ? flip[part] : part
        label[b * cells + cell] = learned
        annotated[b * cells + cell] = 1
        pixels[b * parts + learned] += 1
        any = true
      }
      return any
    },
    weigh(b, weights, share) {
      let total = 0
      for (let part = 0; part < parts; part++) total += pixels[b * parts + part]
      for (let cell = b * cells; cell < (b + 1) * cells; cell++) {
        if (annotated[cell]) weight[cell] = (share * weights[weights.length === 1 ? 0 : label[cell]]) / total
      }
    },
    read(b, { loss, best, logsum, expected }, into) {
      partLoss.fill(0)
      partSurprise.fill(0)
      let [sum, total, marginSum, softWeight, softSum] = [0, 0, 0, 0, 0]
      for (let cell = b * cells; cell < (b + 1) * cells; cell++) {
        if (!annotated[cell]) continue
        const value = Math.max(0, loss[cell])
        partLoss[label[cell]] += value
        partSurprise[label[cell]] += value - expected[cell]
        sum += value
        // The given part's logit is ln Σ e^z − loss; the margin is against the largest of the others.
        const given = logsum[cell] - loss[cell]
        const leads = given >= best[cell * 2] - 1e-4
        margins[total] = given - best[cell * 2 + (leads ? 1 : 0)]
        marginSum += margins[total]
        const probability = Math.exp(-value)
        const soft = Math.exp((1 - probability) / softminTemperature)
        softWeight += soft
        softSum += soft * probability
        total += 1
      }
      for (let part = 0; part < parts; part++) {
        const count = pixels[b * parts + part]
        if (count === 0) continue
        into.componentLoss[part] = partLoss[part] / count
        into.componentSurprise[part] = partSurprise[part] / count
      }
      into.loss = sum / total
      into.margin = marginSum / total
      into.lowMargin = margins.subarray(0, total).sort()[Math.floor(lowQuantile * (total - 1))]
      into.softmin = softSum / softWeight
    },
  }
}
