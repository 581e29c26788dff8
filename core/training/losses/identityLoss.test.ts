import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { embeddingLength } from '../../dataset/embedding.ts'
import { loadTensorflow } from '../../tensor/tensorflow.ts'
import { unchanged } from '../batch/augmentation.ts'
import { createIdentityLoss } from './identityLoss.ts'
import { emptyStatistics } from './taskLoss.ts'
import type { LabelStatistics, TaskLoss } from './taskLoss.ts'

/** A head's output with the logits given; the embedding does not matter to the loss. */
function rawOutput(logits: number[][]): Tensor {
  return tf.tensor2d(logits.map((row) => [...new Array<number>(embeddingLength).fill(7), ...row]))
}

function evaluate(
  loss: TaskLoss,
  logits: number[][],
): { objective: number; gradient: number[][]; statistics: LabelStatistics[] } {
  const feeds = Object.fromEntries(
    Object.entries(loss.feeds).map(([name, { shape, dtype }]) => [
      name,
      tf.tensor(loss.values[name].slice(), [...shape], dtype),
    ]),
  )
  const raw = rawOutput(logits)
  const { objective, outputs } = loss.compute(raw, feeds)
  const read = Object.fromEntries(Object.entries(outputs).map(([name, t]) => [name, t.dataSync() as Float32Array]))
  const statistics = logits.map((_, b) => {
    const into = emptyStatistics(1)
    loss.read(b, read, into)
    return into
  })
  const slope = tf.grad((value: Tensor) => loss.compute(value, feeds).objective)(raw)
  const gradient = (slope.arraySync() as number[][]).map((row) => row.slice(embeddingLength))
  return { objective: objective.dataSync()[0], gradient, statistics }
}

beforeAll(() => {
  loadTensorflow()
})

describe('identity', () => {
  it('is the divergence from the smoothed target: at even odds among four ln 4 less the entropy of (.925, .025, .025, .025)', () => {
    const loss = createIdentityLoss(1, [5, 3, 9, 0])
    expect(loss.fill(0, Int32Array.of(9, 2), unchanged())).toBe(true)
    loss.weigh(0, Float32Array.of(2), 0.5)
    const { objective, gradient, statistics } = evaluate(loss, [[0, 0, 0, 0]])
    // H = −.925 ln .925 − 3 · .025 ln .025 = .072114 + .276666
    const expected = Math.log(4) - 0.348781
    expect(objective).toBeCloseTo(expected, 5)
    expect(statistics[0].loss).toBeCloseTo(expected, 5)
    expect(statistics[0].componentLoss[0]).toBeCloseTo(expected, 5)
    // Nothing surprises who expects nothing.
    expect(statistics[0].componentSurprise[0]).toBeCloseTo(0, 5)
    expect(statistics[0].margin).toBeCloseTo(0, 5)
    // softmax − target, person 9 being class 2
    const slopes = [0.225, 0.225, -0.675, 0.225]
    gradient[0].forEach((slope, k) => expect(slope).toBeCloseTo(slopes[k], 5))
  })

  it('is 0, with no gradient, exactly where the prediction is the smoothed target', () => {
    const loss = createIdentityLoss(1, [0, 1])
    loss.fill(0, Int32Array.of(1, -1), unchanged())
    loss.weigh(0, Float32Array.of(1), 1)
    const { objective, gradient } = evaluate(loss, [[Math.log(0.05), Math.log(0.95)]])
    expect(objective).toBeCloseTo(0, 6)
    for (const slope of gradient[0]) expect(slope).toBeCloseTo(0, 6)
  })

  it('measures the given person against the most believed other one', () => {
    const loss = createIdentityLoss(2, [0, 1, 2])
    loss.fill(0, Int32Array.of(0, 0), unchanged())
    loss.fill(1, Int32Array.of(1, 0), unchanged())
    const rows = [
      [3, 1, -2],
      [3, 1, -2],
    ]
    const { statistics } = evaluate(loss, rows)
    expect(statistics[0].margin).toBeCloseTo(2, 5)
    expect(statistics[1].margin).toBeCloseTo(-2, 5)
    expect(statistics[1].loss).toBeGreaterThan(statistics[0].loss)
    expect(statistics[1].componentSurprise[0]).toBeGreaterThan(1)
  })

  it('learns nothing from detections of nobody and from people whom training does not know', () => {
    const loss = createIdentityLoss(2, [4, 6])
    expect(loss.fill(0, Int32Array.of(-1, 1), unchanged())).toBe(false)
    expect(loss.fill(1, Int32Array.of(5, 1), unchanged())).toBe(false)
    const rows = [
      [5, -5],
      [5, -5],
    ]
    const { objective, gradient } = evaluate(loss, rows)
    expect(objective).toBe(0)
    expect(gradient.flat()).toEqual([0, 0, 0, 0])
  })
})
