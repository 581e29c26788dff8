import * as tf from '@tensorflow/tfjs'
import type { DepthSchema } from '../../dataset/task.ts'
import { toLearnedDepth } from './inverseDepth.ts'
import { sampleCells } from './mapSampling.ts'
import type { MapGeometry } from './mapSampling.ts'
import type { Standardisation } from './standardisation.ts'
import type { TaskLoss } from './taskLoss.ts'

/** Squared error of standardised inverse depth by pixel, at the map's size; invalid pixels have no weight. One component. */
export function createDepthLoss(
  batch: number,
  { unit }: DepthSchema,
  geometry: MapGeometry,
  scale: Standardisation,
): TaskLoss {
  const cells = geometry.height * geometry.width
  const target = new Float32Array(batch * cells)
  const weight = new Float32Array(batch * cells)
  const valid = new Uint8Array(batch * cells)
  const samples = new Int32Array(cells)
  return {
    components: 1,
    regression: true,
    feeds: {
      target: { shape: [batch, cells], dtype: 'float32' },
      weight: { shape: [batch, cells], dtype: 'float32' },
    },
    values: { target, weight },
    compute(raw, feeds) {
      const loss = tf.square(tf.sub(tf.reshape(raw, [batch, cells]), feeds['target']))
      return { objective: tf.sum(tf.mul(loss, feeds['weight'])), outputs: { loss } }
    },
    clear(b) {
      target.fill(0, b * cells, (b + 1) * cells)
      weight.fill(0, b * cells, (b + 1) * cells)
      valid.fill(0, b * cells, (b + 1) * cells)
    },
    fill(b, row, augmentation) {
      this.clear(b)
      sampleCells(augmentation, geometry, samples)
      let any = false
      for (let cell = 0; cell < cells; cell++) {
        const value = samples[cell] < 0 ? NaN : row[samples[cell]]
        if (Number.isNaN(value)) continue
        target[b * cells + cell] = (toLearnedDepth(unit, value) - scale.mean[0]) / scale.deviation[0]
        valid[b * cells + cell] = 1
        any = true
      }
      return any
    },
    weigh(b, weights, share) {
      let count = 0
      for (let cell = b * cells; cell < (b + 1) * cells; cell++) count += valid[cell]
      for (let cell = b * cells; cell < (b + 1) * cells; cell++)
        weight[cell] = (valid[cell] * share * weights[0]) / count
    },
    read(b, { loss }, into) {
      let [sum, count] = [0, 0]
      for (let cell = b * cells; cell < (b + 1) * cells; cell++) {
        if (!valid[cell]) continue
        sum += loss[cell]
        count += 1
      }
      into.loss = into.componentLoss[0] = sum / count
    },
  }
}
