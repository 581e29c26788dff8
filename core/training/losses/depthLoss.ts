import * as tf from '@tensorflow/tfjs'
import type { DepthSchema } from '../../dataset/task.ts'
import { ownMemory } from '../batch/batchMemory.ts'
import type { BatchMemory } from '../batch/batchMemory.ts'
import { toLearnedDepth } from './inverseDepth.ts'
import { cellRegression, pointsOfCell } from './cellRegression.ts'
import { sampleCells } from './mapSampling.ts'
import type { MapGeometry } from './mapSampling.ts'
import type { Standardisation } from './standardisation.ts'
import type { TaskLoss } from './taskLoss.ts'

/**
 * Errors beyond it, in deviations, count by their size and not its square: outlines of people and of things before them are
 * the largest errors of right labels, and squared they hide what is wrong with a map everywhere.
 */
const edgeTolerance = 0.25

/**
 * Pseudo-Huber error of standardised inverse depth by cell, 2δ²(√(1 + (e/δ)²) − 1): e² for small e, 2δ|e| for large. Cells
 * without a valid pixel have no weight. One component.
 */
export function createDepthLoss(
  batch: number,
  { unit }: DepthSchema,
  geometry: MapGeometry,
  scale: Standardisation,
  memory: BatchMemory = ownMemory,
): TaskLoss {
  const cells = geometry.height * geometry.width
  const target = memory.floats(batch * cells)
  const weight = memory.floats(batch * cells)
  const valid = memory.bytes(batch * cells)
  const samples = new Int32Array(cells)
  const counts = new Uint8Array(cells)
  return {
    components: 1,
    regression: true,
    feeds: {
      target: { shape: [batch, cells], dtype: 'float32' },
      weight: { shape: [batch, cells], dtype: 'float32' },
    },
    values: { target, weight },
    compute(raw, feeds) {
      const error = tf.div(tf.sub(tf.reshape(raw, [batch, cells]), feeds['target']), edgeTolerance)
      const root = tf.sqrt(tf.add(tf.square(error), 1))
      const loss = tf.mul(tf.sub(root, 1), 2 * edgeTolerance * edgeTolerance)
      return { objective: tf.sum(tf.mul(loss, feeds['weight'])), outputs: { loss } }
    },
    clear(b) {
      target.fill(0, b * cells, (b + 1) * cells)
      weight.fill(0, b * cells, (b + 1) * cells)
      valid.fill(0, b * cells, (b + 1) * cells)
    },
    fill(b, row, augmentation) {
      this.clear(b)
      counts.fill(0)
      for (const { x: offsetX, y: offsetY } of pointsOfCell) {
        sampleCells(augmentation, geometry, samples, offsetX, offsetY)
        for (let cell = 0; cell < cells; cell++) {
          const value = samples[cell] < 0 ? NaN : row[samples[cell]]
          if (Number.isNaN(value)) continue
          target[b * cells + cell] += (toLearnedDepth(unit, value) - scale.mean[0]) / scale.deviation[0]
          counts[cell] += 1
        }
      }
      let any = false
      for (let cell = 0; cell < cells; cell++) {
        if (counts[cell] === 0) continue
        target[b * cells + cell] /= counts[cell]
        valid[b * cells + cell] = 1
        any = true
      }
      return any
    },
    ...cellRegression(cells, valid, weight),
  }
}
