import * as tf from '@tensorflow/tfjs'
import { ownMemory } from '../batch/batchMemory.ts'
import type { BatchMemory } from '../batch/batchMemory.ts'
import type { TaskLoss } from './taskLoss.ts'

/** Sigmoid cross entropy by attribute; not annotated attributes have no weight. A component is an attribute. */
export function createAttributesLoss(batch: number, attributes: number, memory: BatchMemory = ownMemory): TaskLoss {
  const target = memory.floats(batch * attributes)
  const weight = memory.floats(batch * attributes)
  const present = memory.bytes(batch * attributes)
  return {
    components: attributes,
    regression: false,
    feeds: {
      target: { shape: [batch, attributes], dtype: 'float32' },
      weight: { shape: [batch, attributes], dtype: 'float32' },
    },
    values: { target, weight },
    compute(raw, feeds) {
      // −t·ln σ(z) − (1−t)·ln(1−σ(z)) = softplus(z) − t·z
      const loss = tf.sub(tf.softplus(raw), tf.mul(raw, feeds['target']))
      return { objective: tf.sum(tf.mul(loss, feeds['weight'])), outputs: { loss, logit: raw } }
    },
    clear(b) {
      target.fill(0, b * attributes, (b + 1) * attributes)
      weight.fill(0, b * attributes, (b + 1) * attributes)
      present.fill(0, b * attributes, (b + 1) * attributes)
    },
    fill(b, row) {
      this.clear(b)
      let any = false
      for (let a = 0; a < attributes; a++) {
        const given = row[a]
        present[b * attributes + a] = given >= 0 ? 1 : 0
        target[b * attributes + a] = given === 1 ? 1 : 0
        any ||= given >= 0
      }
      return any
    },
    weigh(b, weights, share) {
      const start = b * attributes
      let count = 0
      for (let a = 0; a < attributes; a++) count += present[start + a]
      for (let a = 0; a < attributes; a++) {
        weight[start + a] = (present[start + a] * share * weights[weights.length === 1 ? 0 : a]) / count
      }
    },
    read(b, { loss, logit }, into) {
      const start = b * attributes
      let [sum, margin, count] = [0, 0, 0]
      for (let a = 0; a < attributes; a++) {
        if (!present[start + a]) continue
        const value = Math.max(0, loss[start + a])
        into.componentLoss[a] = value
        into.componentSurprise[a] = value - binaryEntropy(logit[start + a])
        sum += value
        margin += logit[start + a] * (2 * target[start + a] - 1)
        count += 1
      }
      into.loss = sum / count
      into.margin = margin / count
    },
  }
}

/** Entropy of a Bernoulli variable by its logit: softplus(|z|) − |z|·σ(|z|). */
function binaryEntropy(logit: number): number {
  const z = Math.abs(logit)
  return z + Math.log1p(Math.exp(-z)) - z / (1 + Math.exp(-z))
}
