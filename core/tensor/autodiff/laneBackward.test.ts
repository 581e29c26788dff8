import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { groupNorm, relu } from '../kernels.ts'
import { loadWebAssembly } from '../wasm/webAssembly.ts'
import { LaneBackward, dependents, reachedBy } from './laneBackward.ts'
import type { LaneOptions } from './laneBackward.ts'
import { recordTape } from './tape.ts'
import type { TapeNode } from './tape.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

const values = (shape: number[], phase: number): Tensor =>
  tf.tensor(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => Math.sin(at * 1.7 + phase)),
    shape,
  )

/** Two tasks over two shared convolutions with norms; each has a head of its own. */
function smallTrunk(): { weights: Tensor[]; losses: (weights: readonly Tensor[]) => Tensor[] } {
  const weights = [
    values([3, 3, 2, 4], 1),
    values([4], 2),
    values([4], 3),
    values([3, 3, 4, 4], 4),
    values([4], 5),
    values([4, 1], 6),
    values([4, 1], 7),
  ]
  const images = values([2, 5, 4, 2], 8) as Tensor4D
  const losses = ([first, gamma, beta, second, bias, headA, headB]: readonly Tensor[]): Tensor[] => {
    const hidden = relu(groupNorm(tf.conv2d(images, first as Tensor4D, 1, 'same'), gamma, beta, 2))
    const shared = relu(tf.add(tf.conv2d(hidden, second as Tensor4D, 2, 'same'), bias)) as Tensor4D
    const pooled = tf.mean(tf.add(shared, tf.maxPool(hidden, 2, 2, 'same')), [1, 2]) as tf.Tensor2D
    const task = (head: Tensor): Tensor => tf.mean(tf.square(tf.sub(tf.matMul(pooled, head as tf.Tensor2D), 0.5)))
    return [task(headA), task(headB)]
  }
  return { weights, losses }
}

interface Setting extends Partial<Pick<LaneOptions, 'frontier' | 'maskOf'>> {
  readonly apart: (node: TapeNode, nodes: readonly TapeNode[], losses: readonly Tensor[]) => boolean
  readonly keepApart?: (weight: Tensor, weights: readonly Tensor[]) => boolean
  readonly coefficients?: readonly number[]
}

function run({ apart, keepApart, coefficients, ...others }: Setting) {
  const { weights, losses } = smallTrunk()
  const tape = recordTape(() => losses(weights))
  const backward = new LaneBackward({
    nodes: tape.nodes,
    weights,
    lanes: 2,
    seeds: tape.result.map((loss, lane) => ({ loss, gradient: tf.scalar(1), lane })),
    apart: (node) => apart(node, tape.nodes, tape.result),
    keepApart: (weight) => keepApart?.(weight, weights) ?? false,
    ...others,
  })
  const arrived = backward.throughLanes()
  backward.throughMerged(coefficients?.map((each) => tf.scalar(each)))
  const read = (tensor: Tensor | null): number[] | null => (tensor ? [...tensor.dataSync()] : null)
  const merged = weights.map((weight) => read(backward.gradient(weight)))
  const lanes = weights.map((weight) => backward.lanesOf(weight).map(read))
  backward.dispose()
  tape.dispose()
  return { merged, lanes, arrived: arrived.size }
}

/** tf.grads of Σ coefficient · loss. */
function reference(coefficients: readonly number[]): number[][] {
  const { weights, losses } = smallTrunk()
  const total = (...given: Tensor[]): Tensor => tf.addN(losses(given).map((loss, at) => tf.mul(loss, coefficients[at])))
  return tf
    .grads(total)(weights)
    .map((gradient) => [...gradient.dataSync()])
}

function expectClose(found: readonly (readonly number[] | null)[], expected: readonly (readonly number[])[]): void {
  expected.forEach((row, at) => row.forEach((value, i) => expect(found[at]?.[i], `weight ${at}`).toBeCloseTo(value, 5)))
}

const usesWeight = (nodes: readonly TapeNode[], node: TapeNode, weight: Tensor): boolean => {
  const found = dependents(nodes, new Set([weight.id]))
  return node.outputs.some(({ id }) => found.has(id))
}

describe('gradients in lanes', () => {
  it('added up at once are the gradient of the sum', () => {
    expectClose(run({ apart: () => false }).merged, reference([1, 1]))
  })

  it('kept to the end are the gradients of each loss, and reach no other task’s head', () => {
    const { lanes } = run({ apart: () => true, keepApart: () => true })
    const [first, second] = [reference([1, 0]), reference([0, 1])]
    expectClose(
      lanes.slice(0, 6).map(([lane]) => lane),
      first.slice(0, 6),
    )
    expectClose(
      lanes.slice(0, 5).map(([, lane]) => lane),
      second.slice(0, 5),
    )
    expect(lanes[5][1]).toBe(null)
    expect(lanes[6][0]).toBe(null)
  })

  it('weighed where the tasks part give the weighed sum below and each head its own', () => {
    const { merged } = run({
      apart: (node, nodes, losses) => reachedBy(nodes, losses).get(node.outputs[0].id)?.size === 1,
      keepApart: (weight, weights) => weights.indexOf(weight) > 4,
      frontier: true,
      coefficients: [2, -0.5],
    })
    expectClose(merged.slice(0, 5), reference([2, -0.5]).slice(0, 5))
  })

  it('masked by channel before a weight give it what it asks for, and what lies below everything', () => {
    // The second convolution's channels 0 and 1 learn of both tasks, 2 and 3 of the second alone.
    const { weights } = smallTrunk()
    const seen: Tensor[] = []
    const { merged } = run({
      apart: (node, nodes) => {
        seen[0] ??= Object.values(nodes.filter(({ kernelName }) => kernelName === 'Conv2D')[1].inputs)[1]
        return usesWeight(nodes, node, seen[0])
      },
      maskOf: (weight) =>
        weight.shape.join() === weights[3].shape.join()
          ? (lane, gradient) => (lane === 0 ? tf.mul(gradient, tf.tensor1d([1, 1, 0, 0])) : gradient)
          : null,
    })
    const [second, both] = [reference([0, 1]), reference([1, 1])]
    const expected = both[3].map((value, at) => (at % 4 < 2 ? value : second[3][at]))
    expectClose([merged[3]], [expected])
    expect(Math.max(...expected.map((value, at) => Math.abs(value - both[3][at])))).toBeGreaterThan(1e-3)
    expectClose(merged.slice(0, 3), both.slice(0, 3))
  })

  it('outlive what handed them on unchanged, by lanes and added up', () => {
    const weight = values([3], 1)
    // A gradient that is the very tensor that came in: freed with the output's, it would be gone for the input.
    const unchanged = tf.customGrad((x) => ({ value: tf.mul(x as Tensor, 1), gradFunc: (dy: Tensor) => dy }))
    for (const apart of [true, false]) {
      const tape = recordTape(() => {
        const passed = unchanged(tf.mul(weight, 2))
        return [tf.sum(passed), tf.sum(tf.square(passed))]
      })
      const backward = new LaneBackward({
        nodes: tape.nodes,
        weights: [weight],
        lanes: 2,
        seeds: tape.result.map((loss, lane) => ({ loss, gradient: tf.scalar(1), lane })),
        apart: () => apart,
        keepApart: () => apart,
      })
      backward.throughLanes()
      backward.throughMerged()
      const found = apart ? backward.lanesOf(weight) : [backward.gradient(weight)]
      // d Σ 2w = 2; d Σ (2w)² = 8w.
      const second = [...weight.dataSync()].map((w) => 8 * w)
      const expected = apart ? [[2, 2, 2], second] : [second.map((each) => each + 2)]
      expectClose(
        found.map((gradient) => (gradient === null ? null : [...gradient.dataSync()])),
        expected,
      )
      backward.dispose()
      tape.dispose()
    }
  })

  it('leave no tensor behind', () => {
    tf.tidy(() => void run({ apart: () => true, keepApart: () => true }))
    const before = tf.memory().numTensors
    tf.tidy(() => void run({ apart: () => true, keepApart: () => true }))
    tf.tidy(() => void run({ apart: () => false }))
    expect(tf.memory().numTensors).toBe(before)
  })
})
