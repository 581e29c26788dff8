import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadTensorflow } from '../tensor/tensorflow.ts'
import { embeddingOf, identityHead, identityLogits } from './identityHead.ts'
import { embeddingLength } from '../dataset/embedding.ts'
import { Bound, Declaration } from './scope.ts'

const people = 3
const features = 6

beforeAll(() => {
  loadTensorflow()
})

function declared(): { name: string; value: Tensor }[] {
  const declaration = new Declaration(4)
  identityHead(declaration, 'head/who', tf.zeros([1, features]), people)
  return declaration.weights.map(({ name, shape, initial }) => ({
    name,
    value: tf.tensor(initial.slice(), [...shape]),
  }))
}

function run(weights: readonly { name: string; value: Tensor }[], x: Tensor2D): Tensor {
  const bound = new Bound(Object.fromEntries(weights.map(({ name, value }) => [name, value])))
  return identityHead(bound, 'head/who', x, people)
}

describe('the identity head', () => {
  it('gives embeddings of length 1, and logits that are their cosines with the classes, times 16', () => {
    const weights = declared()
    const raw = run(weights, tf.randomNormal([4, features], 0, 1, 'float32', 7))
    const embeddings = embeddingOf(raw).arraySync() as number[][]
    const logits = identityLogits(raw, people).arraySync()
    const kernel = weights.find(({ name }) => name === 'head/who/kernel')?.value.arraySync() as number[][]
    embeddings.forEach((row, b) => {
      expect(Math.hypot(...row)).toBeCloseTo(1, 5)
      for (let k = 0; k < people; k++) {
        const own = kernel.map((entries) => entries[k])
        const cosine = row.reduce((sum, value, at) => sum + value * own[at], 0) / Math.hypot(...own)
        expect(logits[b][k]).toBeCloseTo(16 * cosine, 4)
      }
    })
  })

  it('moves its centre towards the mean of the rows that are learnt from, and of no others', () => {
    const weights = declared()
    const x = tf.randomNormal([3, features], 0, 1, 'float32', 8) as Tensor2D
    const at = weights.findIndex(({ name }) => name === 'head/who/centre')
    expect(weights[at].value.shape).toEqual([embeddingLength])
    // With the centre at 0 the embedding is the normalised row itself.
    const rows = embeddingOf(run(weights, x)).arraySync() as number[][]
    const slopes = tf.grad((centre: Tensor) => {
      const raw = run(
        weights.map((one, index) => (index === at ? { ...one, value: centre } : one)),
        x,
      )
      return tf.sum(tf.mul(identityLogits(raw, people), tf.tensor2d([[1], [0], [1]])))
    })(weights[at].value)
    const found = Array.from(slopes.dataSync())
    found.forEach((slope, entry) => expect(slope).toBeCloseTo(-(rows[0][entry] + rows[2][entry]) / 2, 4))
  })
})
