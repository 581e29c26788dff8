import * as tf from '@tensorflow/tfjs'
import { identityLogits } from '../../model/identityHead.ts'
import { entropyOfSoftmax, sparseCrossEntropy } from '../../tensor/kernels.ts'
import { ownMemory } from '../batch/batchMemory.ts'
import type { BatchMemory } from '../batch/batchMemory.ts'
import type { TaskLoss } from './taskLoss.ts'

/** Share of the target that is spread over all people (Szegedy et al., CVPR 2016; methods.md 8). */
const smoothing = 0.1

/**
 * Softmax over the people of the training split with label smoothing, as the divergence KL(q‖p) of the prediction from the
 * smoothed target q: the cross entropy less its lowest value H(q), so that 0 is the best there is and the gradient the same. With
 * K people, q = 1 − ε + ε/K at the given one and ε/K elsewhere. Rows: Int32 [identity, camera]; detections of nobody and people
 * that training does not know teach nothing. Raw output: see `identityHead`.
 *
 * @param known the snapshot's number of each class's identity: at least 2
 */
export function createIdentityLoss(batch: number, known: readonly number[], memory: BatchMemory = ownMemory): TaskLoss {
  const people = known.length
  const classOf = new Map(known.map((identity, index) => [identity, index]))
  const label = memory.integers(batch)
  const weight = memory.floats(batch)
  const lowest = targetEntropy(people)
  return {
    components: 1,
    regression: false,
    feeds: {
      label: { shape: [batch], dtype: 'int32' },
      weight: { shape: [batch], dtype: 'float32' },
    },
    values: { label, weight },
    compute(raw, feeds) {
      const logits = identityLogits(raw, people)
      const given = sparseCrossEntropy(logits, feeds['label'])
      const logsum = tf.logSumExp(logits, 1)
      // −Σ q ln p = (1 − ε)·(−ln p_given) + ε·(ln Σe^z − mean z)
      const spread = tf.sub(logsum, tf.mean(logits, 1))
      const loss = tf.sub(tf.add(tf.mul(given, 1 - smoothing), tf.mul(spread, smoothing)), lowest)
      return {
        objective: tf.sum(tf.mul(loss, feeds['weight'])),
        outputs: { loss, given, logsum, best: tf.topk(logits, 2).values, expected: entropyOfSoftmax(logits) },
      }
    },
    clear(b) {
      label[b] = 0
      weight[b] = 0
    },
    fill(b, row) {
      this.clear(b)
      const found = classOf.get(row[0])
      if (found === undefined) return false
      label[b] = found
      return true
    },
    weigh(b, weights, share) {
      weight[b] = share * weights[0]
    },
    read(b, { loss, given, logsum, best, expected }, into) {
      into.loss = Math.max(0, loss[b])
      into.componentLoss[0] = into.loss
      into.componentSurprise[0] = given[b] - expected[b]
      // The given person's logit is ln Σ e^z − (−ln p); the margin is against the largest of the others.
      const logit = logsum[b] - given[b]
      into.margin = logit - best[b * 2 + (logit >= best[b * 2] - 1e-4 ? 1 : 0)]
    },
  }
}

/** H(q), the cross entropy of a perfect prediction. */
function targetEntropy(people: number): number {
  const elsewhere = smoothing / people
  const given = 1 - smoothing + elsewhere
  return -given * Math.log(given) - (people - 1) * elsewhere * Math.log(elsewhere)
}
