import * as tf from '@tensorflow/tfjs'
import type { Tensor2D } from '@tensorflow/tfjs'
import { visibility } from '../../dataset/label.ts'
import { denseCrossEntropy, entropyOfSoftmax } from '../../tensor/kernels.ts'
import { ownMemory } from '../batch/batchMemory.ts'
import type { BatchMemory } from '../batch/batchMemory.ts'
import type { TaskLoss } from './taskLoss.ts'

/** Standard deviation of the target around a joint, in cells of the heatmap. */
const targetDeviation = 1

/**
 * Each joint's heatmap is a distribution over the map's cells (softmax); the loss is its divergence from a Gaussian around
 * the joint, KL = cross entropy − the target's entropy, ≥ 0 and 0 for a perfect map. Joints that are not placed, or have
 * left the crop, have no weight. A component is a joint. `swapLoss`: the loss had left and right been exchanged.
 */
export function createKeypointsLoss(
  batch: number,
  flip: readonly number[],
  map: { readonly height: number; readonly width: number },
  stride: number,
  memory: BatchMemory = ownMemory,
): TaskLoss {
  const joints = flip.length
  const cells = map.height * map.width
  const target = memory.floats(batch * joints * cells)
  const weight = memory.floats(batch * joints)
  const entropy = memory.floats(batch * joints)
  const present = memory.bytes(batch * joints)
  const profileX = new Float64Array(map.width)
  const profileY = new Float64Array(map.height)

  function place(b: number, joint: number, x: number, y: number): void {
    const at = b * joints + joint
    const entropyX = gaussianProfile(x / stride, profileX)
    const entropyY = gaussianProfile(y / stride, profileY)
    entropy[at] = entropyX + entropyY
    present[at] = 1
    for (let row = 0, cell = at * cells; row < map.height; row++) {
      for (let column = 0; column < map.width; column++, cell++) target[cell] = profileY[row] * profileX[column]
    }
  }

  return {
    components: joints,
    regression: false,
    feeds: {
      target: { shape: [batch, joints, cells], dtype: 'float32' },
      weight: { shape: [batch, joints], dtype: 'float32' },
    },
    values: { target, weight },
    compute(raw, feeds) {
      const logits = tf.transpose(tf.reshape(raw, [batch, cells, joints]), [0, 2, 1])
      const given = feeds['target']
      const loss = tf.reshape(
        denseCrossEntropy(
          tf.reshape(logits, [batch * joints, cells]) as Tensor2D,
          tf.reshape(given, [batch * joints, cells]) as Tensor2D,
        ),
        [batch, joints],
      )
      const expected = tf.reshape(entropyOfSoftmax(tf.reshape(logits, [batch * joints, cells]) as Tensor2D), [
        batch,
        joints,
      ])
      const exchanged = tf.gather(given, tf.tensor1d([...flip], 'int32'), 1)
      const swapGain = tf.sum(tf.mul(tf.sub(given, exchanged), logits), 2)
      return { objective: tf.sum(tf.mul(loss, feeds['weight'])), outputs: { loss, expected, swapGain } }
    },
    clear(b) {
      const [from, to] = [b * joints, (b + 1) * joints]
      target.fill(0, from * cells, to * cells)
      weight.fill(0, from, to)
      present.fill(0, from, to)
    },
    fill(b, row, { flipped, forward }) {
      this.clear(b)
      let any = false
      for (let joint = 0; joint < joints; joint++) {
        const v = row[joint * 3 + 2]
        if (v !== visibility.visible && v !== visibility.hidden) continue
        const [px, py] = [row[joint * 3], row[joint * 3 + 1]]
        const x = forward[0] * px + forward[1] * py + forward[2]
        const y = forward[3] * px + forward[4] * py + forward[5]
        if (!(x >= 0 && x < map.width * stride && y >= 0 && y < map.height * stride)) continue
        place(b, flipped ? flip[joint] : joint, x, y)
        any = true
      }
      return any
    },
    weigh(b, weights, share) {
      const start = b * joints
      let count = 0
      for (let joint = 0; joint < joints; joint++) count += present[start + joint]
      for (let joint = 0; joint < joints; joint++) {
        weight[start + joint] = (present[start + joint] * share * weights[weights.length === 1 ? 0 : joint]) / count
      }
    },
    floor() {
      // The cross entropy of a perfect map.
      let sum = 0
      for (let at = 0; at < weight.length; at++) if (weight[at] > 0) sum += weight[at] * entropy[at]
      return sum
    },
    read(b, { loss, expected, swapGain }, into) {
      const start = b * joints
      let [sum, swapped, count] = [0, 0, 0]
      for (let joint = 0; joint < joints; joint++) {
        const at = start + joint
        if (!present[at]) continue
        const value = Math.max(0, loss[at] - entropy[at])
        into.componentLoss[joint] = value
        into.componentSurprise[joint] = loss[at] - expected[at]
        // A joint whose counterpart is not placed has nothing to be exchanged with.
        swapped += present[start + flip[joint]]
          ? Math.max(0, loss[at] + swapGain[at] - entropy[start + flip[joint]])
          : value
        sum += value
        count += 1
      }
      into.loss = sum / count
      into.swapLoss = swapped / count
    },
  }
}

/** A normalised Gaussian over the cells of one axis around `centre` (cells); returns its entropy. */
function gaussianProfile(centre: number, out: Float64Array): number {
  let sum = 0
  for (let cell = 0; cell < out.length; cell++) {
    const distance = (cell + 0.5 - centre) / targetDeviation
    out[cell] = Math.exp(-0.5 * distance * distance)
    sum += out[cell]
  }
  let entropy = 0
  for (let cell = 0; cell < out.length; cell++) {
    out[cell] /= sum
    if (out[cell] > 0) entropy -= out[cell] * Math.log(out[cell])
  }
  return entropy
}
