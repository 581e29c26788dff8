import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadTensorflow } from '../../tensor/tensorflow.ts'
import { unchanged } from '../batch/augmentation.ts'
import type { Augmentation } from '../batch/augmentation.ts'
import { createAttributesLoss } from './attributesLoss.ts'
import { createDepthLoss } from './depthLoss.ts'
import { createKeypointsLoss } from './keypointsLoss.ts'
import { createPartsLoss } from './partsLoss.ts'
import { standardise } from './standardisation.ts'
import { emptyStatistics } from './taskLoss.ts'
import type { LabelStatistics, TaskLoss } from './taskLoss.ts'
import { createVectorLoss } from './vectorLoss.ts'

/** Computes a loss on raw outputs: the objective, its gradient with respect to them, and row statistics. */
function evaluate(
  loss: TaskLoss,
  raw: Tensor,
  rows: number,
): { objective: number; gradient: number[]; statistics: LabelStatistics[] } {
  const feeds = Object.fromEntries(
    Object.entries(loss.feeds).map(([name, { shape, dtype }]) => [
      name,
      tf.tensor(loss.values[name].slice(), [...shape], dtype),
    ]),
  )
  const { objective, outputs } = loss.compute(raw, feeds)
  const read = Object.fromEntries(Object.entries(outputs).map(([name, t]) => [name, t.dataSync() as Float32Array]))
  const statistics = Array.from({ length: rows }, (_, b) => {
    const into = emptyStatistics(loss.components)
    loss.read(b, read, into)
    return into
  })
  const gradient = tf.grad((value: Tensor) => loss.compute(value, feeds).objective)(raw)
  return { objective: objective.dataSync()[0], gradient: [...gradient.dataSync()], statistics }
}

const mirrored = (width: number): Augmentation => ({
  ...unchanged(),
  flipped: true,
  forward: Float64Array.of(-1, 0, width, 0, 1, 0),
  inverse: Float64Array.of(-1, 0, width, 0, 1, 0),
})

beforeAll(() => {
  loadTensorflow()
})

describe('attributes', () => {
  it('cost ln 2 each at even odds; one that is not annotated costs nothing and moves nothing', () => {
    const loss = createAttributesLoss(1, 3)
    expect(loss.fill(0, Int8Array.of(1, -1, 0), unchanged())).toBe(true)
    loss.weigh(0, Float32Array.of(1), 1)
    const { objective, gradient, statistics } = evaluate(loss, tf.zeros([1, 3]), 1)
    expect(objective).toBeCloseTo(Math.LN2, 6)
    expect(gradient).toEqual([-0.25, 0, 0.25])
    expect(statistics[0].loss).toBeCloseTo(Math.LN2, 6)
    expect([...statistics[0].componentLoss].map(Number.isNaN)).toEqual([false, true, false])
  })

  it('weigh each present component by its own parameter', () => {
    const loss = createAttributesLoss(1, 2)
    loss.fill(0, Int8Array.of(1, 0), unchanged())
    loss.weigh(0, Float32Array.of(4, 2), 0.5)
    // ½ · mean(4 ln 2, 2 ln 2)
    expect(evaluate(loss, tf.zeros([1, 2]), 1).objective).toBeCloseTo(1.5 * Math.LN2, 6)
  })

  it('surprise by as much as the loss exceeds what the network expected', () => {
    const loss = createAttributesLoss(1, 3)
    loss.fill(0, Int8Array.of(0, 1, 1), unchanged())
    const { componentSurprise } = evaluate(loss, tf.tensor2d([[2, 2, 0]]), 1).statistics[0]
    // ln(1+e²) − 2σ(2) is the entropy at the logit 2: losses 2.12693 (no), 0.12693 (yes) against 0.36534; at 0 both are ln 2.
    expect(componentSurprise[0]).toBeCloseTo(1.76159, 4)
    expect(componentSurprise[1]).toBeCloseTo(-0.23841, 4)
    expect(componentSurprise[2]).toBeCloseTo(0, 5)
  })

  it('nothing annotated is no label', () => {
    expect(createAttributesLoss(1, 2).fill(0, Int8Array.of(-1, -1), unchanged())).toBe(false)
  })
})

describe('parts', () => {
  const geometry = { cropHeight: 4, cropWidth: 4, height: 2, width: 2 }
  // The pixels under the four cell centres of a 4×4 crop are (2,2) of each quadrant: rows 1 and 3, columns 1 and 3.
  const mask = Uint8Array.from([0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 1, 0, 255])

  it('take the part under each cell, leave out what is not annotated, and average over pixels', () => {
    const loss = createPartsLoss(1, [0, 1, 2], { ...geometry, cropHeight: 4 })
    const shifted = { ...unchanged(), inverse: Float64Array.of(1, 0, 0.5, 0, 1, 0.5) }
    expect(loss.fill(0, mask, shifted)).toBe(true)
    loss.weigh(0, Float32Array.of(1), 1)
    const { objective, statistics } = evaluate(loss, tf.zeros([1, 2, 2, 3]), 1)
    expect([...loss.values['label']]).toEqual([1, 2, 1, 0])
    expect(objective).toBeCloseTo(Math.log(3), 5)
    expect(statistics[0].margin).toBeCloseTo(0, 5)
    expect([...statistics[0].componentLoss].map(Number.isNaN)).toEqual([true, false, false])
  })

  it('softmin weighs the least believed pixels most: (.9, .1) gives .10027', () => {
    const loss = createPartsLoss(1, [0, 1], { cropHeight: 1, cropWidth: 2, height: 1, width: 2 })
    loss.fill(0, Uint8Array.of(0, 0), unchanged())
    const logits = tf.tensor([Math.log(0.9), Math.log(0.1), Math.log(0.1), Math.log(0.9)], [1, 1, 2, 2])
    const { statistics } = evaluate(loss, logits, 1)
    expect(statistics[0].softmin).toBeCloseTo(0.10027, 4)
    // Margins ln 9 and −ln 9: their mean is 0, their low quantile the lower.
    expect(statistics[0].margin).toBeCloseTo(0, 5)
    expect(statistics[0].lowMargin).toBeCloseTo(-Math.log(9), 5)
    // Mean loss ½(ln 1/.9 + ln 10) = 1.20397 less the entropy of (.9, .1), 0.32508.
    expect(statistics[0].componentSurprise[0]).toBeCloseTo(0.87889, 4)
  })

  it('exchange left and right parts in a mirrored picture', () => {
    const loss = createPartsLoss(1, [0, 2, 1], { cropHeight: 1, cropWidth: 2, height: 1, width: 2 })
    loss.fill(0, Uint8Array.of(1, 0), mirrored(2))
    expect([...loss.values['label']]).toEqual([0, 2])
  })

  it('count each part by its pixels, so that equal parameters change nothing', () => {
    const loss = createPartsLoss(1, [0, 1], { cropHeight: 1, cropWidth: 4, height: 1, width: 4 })
    loss.fill(0, Uint8Array.of(0, 0, 0, 1), unchanged())
    loss.weigh(0, Float32Array.of(1, 5), 1)
    expect([...loss.values['weight']]).toEqual([0.25, 0.25, 0.25, 1.25])
  })
})

describe('keypoints', () => {
  const map = { height: 8, width: 8 }

  it('a map equal to the target costs nothing, an even map costs ln cells less the target’s entropy', () => {
    const loss = createKeypointsLoss(1, [0], map, 4)
    loss.fill(0, Float32Array.of(13, 17, 2), unchanged())
    loss.weigh(0, Float32Array.of(1), 1)
    const target = Float32Array.from(loss.values['target'])
    const perfect = tf.reshape(tf.log(tf.tensor1d(target.slice())), [1, 8, 8, 1])
    expect(evaluate(loss, perfect, 1).statistics[0].loss).toBeCloseTo(0, 5)
    const entropy = target.reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) : 0), 0)
    expect(evaluate(loss, tf.zeros([1, 8, 8, 1]), 1).statistics[0].loss).toBeCloseTo(Math.log(64) - entropy, 4)
  })

  it('a map that commits itself to nothing is not surprised, one that is sure of another place is', () => {
    const loss = createKeypointsLoss(1, [0], map, 4)
    loss.fill(0, Float32Array.of(5, 5, 2), unchanged())
    expect(evaluate(loss, tf.zeros([1, 8, 8, 1]), 1).statistics[0].componentSurprise[0]).toBeCloseTo(0, 4)
    const target = Float32Array.from(loss.values['target'])
    const elsewhere = tf.reshape(tf.log(tf.add(tf.tensor1d(target.slice().reverse()), 1e-6)), [1, 8, 8, 1])
    expect(evaluate(loss, elsewhere, 1).statistics[0].componentSurprise[0]).toBeGreaterThan(3)
  })

  it('exchanged sides are cheaper where left and right were mislabelled', () => {
    const right = createKeypointsLoss(1, [1, 0], map, 4)
    right.fill(0, Float32Array.of(6, 10, 2, 26, 10, 2), unchanged())
    const target = right.values['target']
    const logits = tf.transpose(tf.reshape(tf.log(tf.add(tf.tensor1d(target.slice()), 1e-6)), [1, 2, 64]), [0, 2, 1])
    const wrong = createKeypointsLoss(1, [1, 0], map, 4)
    wrong.fill(0, Float32Array.of(26, 10, 2, 6, 10, 2), unchanged())
    const given = evaluate(wrong, tf.reshape(logits, [1, 8, 8, 2]), 1).statistics[0]
    expect(given.loss).toBeGreaterThan(5)
    expect(given.swapLoss).toBeLessThan(0.01)
  })

  it('a mirrored picture exchanges sides; absent, unannotated and vanished joints have no weight', () => {
    const loss = createKeypointsLoss(1, [1, 0, 2, 3], map, 4)
    const row = Float32Array.of(1, 1, 2, 0, 0, 3, 0, 0, 0, 40, 5, 2)
    expect(loss.fill(0, row, mirrored(32))).toBe(true)
    loss.weigh(0, Float32Array.of(1), 1)
    expect([...loss.values['weight']]).toEqual([0, 1, 0, 0])
    // The first joint, at x = 1, is the second one at x = 31 now: the last column of the first row.
    const second = loss.values['target'].subarray(64, 128)
    expect(second.indexOf(Math.max(...second))).toBe(7)
  })
})

describe('regressions', () => {
  it('depth is compared where it is valid, in deviations, by size and not by square where far off', () => {
    const loss = createDepthLoss(
      1,
      { kind: 'depth', unit: 'disparity' },
      { cropHeight: 1, cropWidth: 2, height: 1, width: 2 },
      { mean: Float32Array.of(3), deviation: Float32Array.of(2) },
    )
    expect(loss.fill(0, Float32Array.of(7, NaN), unchanged())).toBe(true)
    loss.weigh(0, Float32Array.of(0.5), 1)
    const { objective, statistics } = evaluate(loss, tf.zeros([1, 1, 2, 1]), 1)
    // e = 2, δ = ¼: 2δ²(√(1 + 8²) − 1) = 0.88278
    expect(statistics[0].loss).toBeCloseTo(0.88278, 5)
    expect(objective).toBeCloseTo(0.44139, 5)
  })

  it('a vector’s loss is the mean over its groups, and a mirrored one follows its table', () => {
    const loss = createVectorLoss(
      1,
      {
        kind: 'vector',
        components: ['a', 'b', 'c'],
        groups: [
          { name: 'first', start: 0, length: 2 },
          { name: 'second', start: 2, length: 1 },
        ],
        flip: { permutation: [1, 0, 2], sign: [1, 1, -1] },
      },
      { mean: new Float32Array(3), deviation: Float32Array.of(1, 1, 1) },
    )
    loss.fill(0, Float32Array.of(1, 3, 2), unchanged())
    loss.weigh(0, Float32Array.of(1), 1)
    const { objective, statistics } = evaluate(loss, tf.zeros([1, 3]), 1)
    expect([...statistics[0].componentLoss]).toEqual([5, 4])
    expect(statistics[0].loss).toBe(4.5)
    expect(objective).toBeCloseTo(4.5, 5)
    loss.fill(0, Float32Array.of(1, 3, 2), mirrored(32))
    expect([...loss.values['target']]).toEqual([3, 1, -2])
  })

  it('standardisation is by median and quartiles, deaf to a few wild values', () => {
    const values = Float32Array.from([...Array.from({ length: 101 }, (_, at) => at), NaN, 1e6])
    const { mean, deviation } = standardise(values, 1)
    expect(mean[0]).toBeGreaterThanOrEqual(50)
    expect(mean[0]).toBeLessThanOrEqual(51)
    expect(deviation[0]).toBeCloseTo(51 / 1.349, 0)
  })
})
