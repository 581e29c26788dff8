import { describe, expect, it } from 'vitest'
import { Random } from '../synthetic/random.ts'
import { front, hypervolume } from './hypervolume.ts'

describe('the hypervolume', () => {
  it('is the area below a reference that solutions leave, by hand', () => {
    // Two boxes of 2 × 1 that overlap in 1 × 1.
    const corners = [
      [1, 2],
      [2, 1],
    ]
    expect(hypervolume(corners, [3, 3])).toBe(3)
    expect(hypervolume([], [3, 3])).toBe(0)
    expect(hypervolume([[1], [2]], [3])).toBe(2)
  })

  it('is in three dimensions what boxes leave together, by hand', () => {
    // 1·2·3 and 2·1·3 and 2·2·1, pairwise 3, 2, 2 and all three 1: 6 + 6 + 4 − 3 − 2 − 2 + 1.
    const solutions = [
      [2, 1, 0],
      [1, 2, 0],
      [1, 1, 2],
    ]
    expect(hypervolume(solutions, [3, 3, 3])).toBe(10)
  })

  it('counts neither dominated solutions nor those beyond the reference, and one of equal ones', () => {
    const solutions = [
      [1, 2, 1],
      [1, 2, 1],
      [2, 2, 2],
      [0, 0, 3],
    ]
    expect(hypervolume(solutions, [3, 3, 3])).toBe(4)
    expect(front(solutions)).toEqual([
      [1, 2, 1],
      [0, 0, 3],
    ])
  })

  it('refuses solutions of another number of objectives', () => {
    expect(() => hypervolume([[1, 2]], [3, 3, 3])).toThrow(RangeError)
    expect(() => hypervolume([[1, NaN, 1]], [3, 3, 3])).toThrow(RangeError)
  })

  it('is the share of random points that some solution is better than, in two to six dimensions', () => {
    const random = new Random(11)
    for (const dimensions of [2, 3, 4, 5, 6]) {
      const draw = (): number[] => Array.from({ length: dimensions }, () => random.uniform() ** 0.5)
      const solutions = Array.from({ length: 25 }, draw)
      const samples = 40_000
      let hits = 0
      for (let sample = 0; sample < samples; sample++) {
        const point = Array.from({ length: dimensions }, () => random.uniform())
        if (solutions.some((solution) => solution.every((value, at) => value <= point[at]))) hits += 1
      }
      const reference = Array.from({ length: dimensions }, () => 1)
      // Three standard deviations of a share of 40 000.
      expect(Math.abs(hypervolume(solutions, reference) - hits / samples)).toBeLessThan(0.0075)
    }
  })

  it('takes a sweep of 120 points of six objectives without delay', () => {
    const random = new Random(12)
    const solutions = Array.from({ length: 120 }, () => Array.from({ length: 6 }, () => random.uniform()))
    const started = performance.now()
    expect(hypervolume(solutions, [1, 1, 1, 1, 1, 1])).toBeGreaterThan(0)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
