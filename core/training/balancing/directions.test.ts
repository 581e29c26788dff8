import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { Random } from '../../synthetic/random.ts'
import { loadWebAssembly } from '../../tensor/wasm/webAssembly.ts'
import { conflictAverse } from './conflictAverse.ts'
import { impartialGradient } from './impartialGradient.ts'
import { minimumNorm } from './minimumNorm.ts'
import { conflictOrder, projectConflicts } from './projectConflicts.ts'

beforeAll(async () => {
  await loadWebAssembly()
})

type Vectors = readonly (readonly number[])[]
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, at) => sum + value * b[at], 0)
const norm = (a: readonly number[]): number => Math.sqrt(dot(a, a))
const combine = (vectors: Vectors, weights: readonly number[]): number[] =>
  vectors[0].map((_, at) => vectors.reduce((sum, vector, task) => sum + weights[task] * vector[at], 0))
const gramOf = (vectors: Vectors): number[][] => vectors.map((a) => vectors.map((b) => dot(a, b)))

/** Coefficients that a method gives for gradients. */
function coefficients(
  method: (gram: Tensor2D, present: Tensor1D) => Tensor1D,
  vectors: Vectors,
  present: readonly number[] = vectors.map(() => 1),
): number[] {
  return tf.tidy(() => [...method(tf.tensor2d(gramOf(vectors)), tf.tensor1d([...present])).dataSync()])
}

function surgery(vectors: Vectors, seed = 1): number[] {
  const tasks = vectors.length
  return tf.tidy(() => {
    const order = tf.tensor3d(conflictOrder(tasks, seed, 5), [tasks - 1, tasks, tasks])
    return [...projectConflicts(tf.tensor2d(gramOf(vectors)), order).dataSync()]
  })
}

/** Random gradients, some nearly parallel and of very different lengths. */
function randomVectors(seed: number): Vectors {
  const random = new Random(seed)
  const tasks = 2 + random.integer(5)
  const common = Array.from({ length: 8 }, () => random.normal() * random.uniform() * 2)
  return Array.from({ length: tasks }, () => {
    const length = 10 ** (2 * random.uniform() - 1)
    return common.map((value) => length * (value + random.normal()))
  })
}

/** Points of the simplex that no other method chose. */
function randomPoint(tasks: number, random: Random): number[] {
  const parts = Array.from(
    { length: tasks },
    () => -Math.log(1 - random.uniform()) * (random.chance(0.4) ? 0 : 1) + 1e-9,
  )
  const sum = parts.reduce((a, b) => a + b, 0)
  return parts.map((part) => part / sum)
}

const expectClose = (found: readonly number[], expected: readonly number[], digits = 4): void => {
  expect(found.length).toBe(expected.length)
  expected.forEach((value, at) => expect(found[at]).toBeCloseTo(value, digits))
}

/** Case A of methods.md 4. */
const caseA: Vectors = [
  [1, 0],
  [-1, 1],
]
const seeds = Array.from({ length: 16 }, (_, seed) => seed)

describe('MGDA', () => {
  it('takes (0.6, 0.4) in case A, for d = (0.2, 0.4)', () => {
    const alpha = coefficients(minimumNorm, caseA)
    expectClose(alpha, [0.6, 0.4])
    expectClose(combine(caseA, alpha), [0.2, 0.4])
  })

  it('stays on the simplex, where no other point is shorter, for up to six tasks', () => {
    for (const seed of seeds) {
      const vectors = randomVectors(seed)
      const alpha = coefficients(minimumNorm, vectors)
      expect(alpha.every((each) => each >= 0)).toBe(true)
      expect(alpha.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5)
      const random = new Random(seed, 'points')
      const found = norm(combine(vectors, alpha))
      for (let point = 0; point < 300; point++) {
        const other = norm(combine(vectors, randomPoint(vectors.length, random)))
        expect(found, `seed ${seed}`).toBeLessThan(other * 1.001 + 1e-4)
      }
      // The least point's products with all gradients are at least its own square.
      const d = combine(vectors, alpha)
      for (const vector of vectors) expect(dot(d, vector)).toBeGreaterThan(dot(d, d) - 1e-3 * (1 + norm(vector)))
    }
  })

  it('takes the shorter of parallel gradients, and leaves out a task that is absent', () => {
    expectClose(
      coefficients(minimumNorm, [
        [2, 0],
        [1, 0],
      ]),
      [0, 1],
      3,
    )
    expectClose(coefficients(minimumNorm, [...caseA, [0, 0]], [1, 1, 0]), [0.6, 0.4, 0])
  })
})

describe('CAGrad', () => {
  it('goes (0.2, 0.4) in case A at c = ½', () => {
    const found = coefficients((gram, present) => conflictAverse(gram, present, 0.5), caseA)
    expectClose(combine(caseA, found), [0.2, 0.4])
    // w = (1, 0): (½ + ½·½)/1.25 and ½/1.25.
    expectClose(found, [0.6, 0.4])
  })

  it('finds the weights of least value, for up to six tasks', () => {
    for (const seed of seeds) {
      for (const c of [0.2, 0.5, 0.9]) {
        const vectors = randomVectors(seed)
        const tasks = vectors.length
        const mean = combine(
          vectors,
          vectors.map(() => 1 / tasks),
        )
        const reach = c * norm(mean)
        const value = (weights: readonly number[]): number => {
          const g = combine(vectors, weights)
          return dot(g, mean) + reach * norm(g)
        }
        const found = coefficients((gram, present) => conflictAverse(gram, present, c), vectors)
        // d·(1 + c²) = mean + reach·g_w/‖g_w‖, so its w is what is left of the coefficients, scaled.
        const left = found.map((each) => each * (1 + c * c) - 1 / tasks)
        const sum = left.reduce((a, b) => a + b, 0)
        expect(left.every((each) => each > -1e-4 * Math.abs(sum) - 1e-5)).toBe(true)
        const best = value(left.map((each) => each / sum))
        const random = new Random(seed, 'points')
        for (let point = 0; point < 200; point++) {
          const other = value(randomPoint(tasks, random))
          expect(best, `seed ${seed}, c ${c}`).toBeLessThan(other + 2e-3 * (Math.abs(other) + reach))
        }
        const d = combine(
          vectors,
          found.map((each) => each * (1 + c * c)),
        )
        expect(norm(d.map((each, at) => each - mean[at]))).toBeCloseTo(reach, 2)
      }
    }
  })

  it('is the mean gradient at c = 0, and leaves out a task that is absent', () => {
    const plain = coefficients((gram, present) => conflictAverse(gram, present, 0), caseA)
    expectClose(plain, [0.5, 0.5])
    const absent = coefficients((gram, present) => conflictAverse(gram, present, 0.5), [...caseA, [0, 0]], [1, 1, 0])
    expectClose(combine([...caseA, [0, 0]], absent), [0.2, 0.4])
  })
})

describe('IMTL-G', () => {
  it('takes (0.5858, 0.4142) in case A, with both projections 0.17157', () => {
    const alpha = coefficients(impartialGradient, caseA)
    expectClose(alpha, [0.5858, 0.4142])
    const d = combine(caseA, alpha)
    for (const vector of caseA) expect(dot(d, vector) / norm(vector)).toBeCloseTo(0.17157, 4)
  })

  it('is (‖g2‖, ‖g1‖)/sum for two tasks', () => {
    expectClose(
      coefficients(impartialGradient, [
        [3, 4, 0],
        [0, 1, 0],
      ]),
      [1 / 6, 5 / 6],
    )
  })

  it('projects equally on every unit gradient, with coefficients that sum to 1', () => {
    for (const seed of seeds) {
      const vectors = randomVectors(seed)
      const alpha = coefficients(impartialGradient, vectors)
      expect(alpha.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 3)
      const d = combine(vectors, alpha)
      const projections = vectors.map((vector) => dot(d, vector) / norm(vector))
      const scale = Math.max(...alpha.map((each, task) => Math.abs(each) * norm(vectors[task])))
      for (const each of projections) expect(Math.abs(each - projections[0]), `seed ${seed}`).toBeLessThan(scale * 5e-3)
    }
  })

  it('leaves out a task that is absent', () => {
    expectClose(coefficients(impartialGradient, [...caseA, [0, 0]], [1, 1, 0]), [0.5858, 0.4142, 0])
  })
})

describe('PCGrad', () => {
  it('adds up to (0.5, 1.5) in case A', () => {
    const found = surgery(caseA)
    // g1 + g2/2 = (½, ½) and g2 + g1 = (0, 1).
    expectClose(found, [2, 1.5])
    expectClose(combine(caseA, found), [0.5, 1.5])
  })

  it('is the sum where nothing conflicts', () => {
    expectClose(
      surgery([
        [1, 0],
        [1, 1],
        [0, 2],
      ]),
      [1, 1, 1],
    )
  })

  it('does what the algorithm says, gradient by gradient, in the order that was drawn', () => {
    for (const seed of seeds) {
      const vectors = randomVectors(seed)
      const tasks = vectors.length
      const order = conflictOrder(tasks, seed, 5)
      const expected = vectors.map((original, task) => {
        let gradient = [...original]
        for (let round = 0; round < tasks - 1; round++) {
          const other = vectors.findIndex((_, at) => order[(round * tasks + task) * tasks + at] === 1)
          const product = dot(gradient, vectors[other])
          if (product >= 0) continue
          gradient = gradient.map(
            (each, at) => each - (product / dot(vectors[other], vectors[other])) * vectors[other][at],
          )
        }
        return gradient
      })
      const sum = combine(
        expected,
        vectors.map(() => 1),
      )
      const found = combine(vectors, surgery(vectors, seed))
      const scale = Math.max(...vectors.map(norm))
      sum.forEach((value, at) => expect(Math.abs(found[at] - value), `seed ${seed}`).toBeLessThan(1e-4 * scale))
    }
  })

  it('has each task meet every other once, in an order of its own', () => {
    const order = conflictOrder(4, 1, 2)
    for (let task = 0; task < 4; task++) {
      for (let other = 0; other < 4; other++) {
        const met = [0, 1, 2].reduce((sum, round) => sum + order[(round * 4 + task) * 4 + other], 0)
        expect(met).toBe(task === other ? 0 : 1)
      }
    }
    expect(conflictOrder(4, 1, 3)).not.toEqual(order)
  })
})
