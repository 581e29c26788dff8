import * as tf from '@tensorflow/tfjs'
import { componentOfByte, isValidNormal } from '../../dataset/normals.ts'
import type { Augmentation } from '../batch/augmentation.ts'
import { ownMemory } from '../batch/batchMemory.ts'
import type { BatchMemory } from '../batch/batchMemory.ts'
import { cellRegression, pointsOfCell } from './cellRegression.ts'
import { sampleCells } from './mapSampling.ts'
import type { MapGeometry } from './mapSampling.ts'
import type { TaskLoss } from './taskLoss.ts'

/** Keeps the direction of an output without length, and its gradient, finite. */
const epsilon = 1e-6
/** Points of a cell whose directions cancel out say nothing of it. */
const shortestMean = 0.1

/**
 * 1 − cosine between the output, made one long, and the surface's direction by cell (methods.md 8), 0 … 2, which is half the squared
 * distance of the two: a regression. Cells without a valid pixel have no weight. A mirrored picture shows surfaces mirrored, so x
 * changes its sign; a turned one shows them turned. One component.
 */
export function createNormalsLoss(batch: number, geometry: MapGeometry, memory: BatchMemory = ownMemory): TaskLoss {
  const cells = geometry.height * geometry.width
  const target = memory.floats(batch * cells * 3)
  const weight = memory.floats(batch * cells)
  const valid = memory.bytes(batch * cells)
  const samples = new Int32Array(cells)
  return {
    components: 1,
    regression: true,
    feeds: {
      target: { shape: [batch, cells, 3], dtype: 'float32' },
      weight: { shape: [batch, cells], dtype: 'float32' },
    },
    values: { target, weight },
    compute(raw, feeds) {
      const output = tf.reshape(raw, [batch, cells, 3])
      const length = tf.sqrt(tf.add(tf.sum(tf.square(output), 2), epsilon))
      const cosine = tf.div(tf.sum(tf.mul(output, feeds['target']), 2), length)
      const loss = tf.sub(1, cosine)
      return { objective: tf.sum(tf.mul(loss, feeds['weight'])), outputs: { loss } }
    },
    clear(b) {
      target.fill(0, b * cells * 3, (b + 1) * cells * 3)
      weight.fill(0, b * cells, (b + 1) * cells)
      valid.fill(0, b * cells, (b + 1) * cells)
    },
    fill(b, row, augmentation) {
      this.clear(b)
      const turn = turnOf(augmentation)
      for (const { x: offsetX, y: offsetY } of pointsOfCell) {
        sampleCells(augmentation, geometry, samples, offsetX, offsetY)
        for (let cell = 0; cell < cells; cell++) {
          const pixel = samples[cell]
          if (pixel < 0 || !isValidNormal(row, pixel)) continue
          const [x, y] = [componentOfByte(row[3 * pixel]), componentOfByte(row[3 * pixel + 1])]
          const at = 3 * (b * cells + cell)
          target[at] += turn[0] * x + turn[1] * y
          target[at + 1] += turn[2] * x + turn[3] * y
          target[at + 2] += componentOfByte(row[3 * pixel + 2])
        }
      }
      let any = false
      for (let cell = b * cells; cell < (b + 1) * cells; cell++) {
        const direction = target.subarray(3 * cell, 3 * cell + 3)
        const length = Math.hypot(direction[0], direction[1], direction[2])
        if (length < shortestMean) {
          direction.fill(0)
          continue
        }
        for (let axis = 0; axis < 3; axis++) direction[axis] /= length
        valid[cell] = 1
        any = true
      }
      return any
    },
    ...cellRegression(cells, valid, weight),
  }
}

/** What an augmentation does to the x and y of a direction, row-major 2×2 and without its scale; y of normals is up, y of pixels down. */
function turnOf({ forward: [a, b, , c, d] }: Augmentation): readonly [number, number, number, number] {
  const scale = Math.sqrt(Math.abs(a * d - b * c))
  return [a / scale, -b / scale, -c / scale, d / scale]
}
