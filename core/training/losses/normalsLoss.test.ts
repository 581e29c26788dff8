import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { beforeAll, expect, it } from 'vitest'
import { byteOfComponent } from '../../dataset/normals.ts'
import { loadTensorflow } from '../../tensor/tensorflow.ts'
import { invertAffine, unchanged } from '../batch/augmentation.ts'
import type { Augmentation } from '../batch/augmentation.ts'
import { createNormalsLoss } from './normalsLoss.ts'
import { emptyStatistics } from './taskLoss.ts'
import type { TaskLoss } from './taskLoss.ts'

const geometry = { cropHeight: 1, cropWidth: 2, height: 1, width: 2 }
const square = { cropHeight: 2, cropWidth: 2, height: 1, width: 1 }
const bytes = (...directions: number[]): Uint8Array => Uint8Array.from(directions, byteOfComponent)
const nothing = [0, 0, 0]

function changed(forward: readonly [number, number, number, number, number, number], flipped = false): Augmentation {
  const matrix = Float64Array.from(forward)
  return { ...unchanged(), flipped, forward: matrix, inverse: invertAffine(matrix) }
}

function objectiveOf(loss: TaskLoss): (raw: Tensor) => Tensor {
  const feeds = Object.fromEntries(
    Object.entries(loss.feeds).map(([name, { shape }]) => [name, tf.tensor(loss.values[name].slice(), [...shape])]),
  )
  return (raw) => loss.compute(raw, feeds).objective
}

const targets = (loss: TaskLoss): number[] =>
  Array.from(loss.values['target'], (value) => Math.round(value * 100) / 100 + 0)

beforeAll(() => {
  loadTensorflow()
})

it('is 1 − cosine, whatever the output’s length, and costs nothing where the label is invalid', () => {
  const loss = createNormalsLoss(1, geometry)
  expect(loss.fill(0, Uint8Array.from([...bytes(0, 0, 1), ...nothing]), unchanged())).toBe(true)
  loss.weigh(0, Float32Array.of(1), 1)
  // (3, 0, 4) is turned from (0, 0, 1) by an angle of cosine 4/5.
  const raw = tf.tensor([3, 0, 4, 7, 7, 7], [1, 1, 2, 3])
  expect(objectiveOf(loss)(raw).dataSync()[0]).toBeCloseTo(0.2, 5)
  // ∂(1 − z/|r|): x·z/|r|³ = 12/125 along x, −(1 − z²/|r|²)/|r| = −9/125 along z; none where nothing is known.
  const gradient = [...tf.grad(objectiveOf(loss))(raw).dataSync()]
  const expected = [0.096, 0, -0.072, 0, 0, 0]
  gradient.forEach((value, at) => expect(value).toBeCloseTo(expected[at], 5))
})

it('has the gradient that finite differences give', () => {
  const loss = createNormalsLoss(1, geometry)
  loss.fill(0, bytes(0.6, 0, 0.8, 0, -0.28, 0.96), unchanged())
  loss.weigh(0, Float32Array.of(0.5), 0.7)
  const objective = objectiveOf(loss)
  const point = [0.3, -0.4, 0.9, 0.2, 0.5, -0.1]
  const at = (values: readonly number[]): number => objective(tf.tensor([...values], [1, 1, 2, 3])).dataSync()[0]
  const gradient = [
    ...tf
      .grad(objective)(tf.tensor(point, [1, 1, 2, 3]))
      .dataSync(),
  ]
  const step = 1e-2
  gradient.forEach((value, index) => {
    const moved = (by: number): number[] => point.map((one, place) => (place === index ? one + by : one))
    expect(value).toBeCloseTo((at(moved(step)) - at(moved(-step))) / (2 * step), 3)
  })
})

it('a mirrored picture shows its surfaces mirrored: x changes its sign and its place', () => {
  const loss = createNormalsLoss(1, geometry)
  loss.fill(0, bytes(0.6, 0, 0.8, 0, 0.6, 0.8), changed([-1, 0, 2, 0, 1, 0], true))
  expect(targets(loss)).toEqual([0, 0.6, 0.8, -0.6, 0, 0.8])
})

it('a picture turned by a quarter clockwise turns what faces right to face down, and what faces up to face right', () => {
  const quarter = changed([0, -1, 2, 1, 0, 0])
  const right = createNormalsLoss(1, square)
  right.fill(0, bytes(...Array.from({ length: 4 }, () => [1, 0, 0]).flat()), quarter)
  expect(targets(right)).toEqual([0, -1, 0])
  const up = createNormalsLoss(1, square)
  up.fill(0, bytes(...Array.from({ length: 4 }, () => [0, 1, 0]).flat()), quarter)
  expect(targets(up)).toEqual([1, 0, 0])
})

it('an enlarged picture turns nothing', () => {
  const loss = createNormalsLoss(1, square)
  loss.fill(0, bytes(...Array.from({ length: 4 }, () => [0.6, 0, 0.8]).flat()), changed([2, 0, -1, 0, 2, -1]))
  expect(targets(loss)).toEqual([0.6, 0, 0.8])
})

it('opposite surfaces in one cell say nothing of it, and a label of nothing else is none', () => {
  // Two cells of 3×3 pixels, one under each of the cell's nine points: opposite but for the middle row, which says nothing.
  const wide = { cropHeight: 3, cropWidth: 6, height: 1, width: 2 }
  const row = (x: number): number[] => [...bytes(...Array.from({ length: 3 }, () => [x, 0, 0]).flat())]
  const none = Array.from({ length: 18 }, () => 0)
  const cancelling = [...row(1), ...none.slice(9), ...none, ...row(-1), ...none.slice(9)]
  expect(createNormalsLoss(1, wide).fill(0, cancelling, unchanged())).toBe(false)
  const loss = createNormalsLoss(1, wide)
  expect(loss.fill(0, [...row(1), ...row(1), ...none, ...row(-1), ...none.slice(9)], unchanged())).toBe(true)
  loss.weigh(0, Float32Array.of(1), 1)
  expect(targets(loss)).toEqual([0, 0, 0, 1, 0, 0])
  expect([...loss.values['weight']]).toEqual([0, 1])
})

it('reads a label’s loss as the mean over its valid cells', () => {
  const loss = createNormalsLoss(1, geometry)
  loss.fill(0, bytes(0, 0, 1, 0, 0, 1), unchanged())
  const into = emptyStatistics(1)
  loss.read(0, { loss: Float32Array.of(0.2, 0.6) }, into)
  expect(into.loss).toBeCloseTo(0.4, 6)
  expect(into.componentLoss[0]).toBeCloseTo(0.4, 6)
})
