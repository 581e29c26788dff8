import { describe, expect, it } from 'vitest'
import { Random } from '../../synthetic/random.ts'
import { scaledDistances, taskAffinity } from './affinity.ts'
import { dirichlet } from './dirichlet.ts'
import { edgeTemperature, hypernetworkRate, phaseOf } from './treeSchedule.ts'
import { uniformity } from './uniformity.ts'

describe('drawn preferences', () => {
  it('lie on the simplex with the moments of a Dirichlet distribution, the same for the same seed', () => {
    const random = new Random(3)
    const count = 4000
    const draws = Array.from({ length: count }, () => dirichlet(random, 4, 0.2))
    for (const draw of draws) {
      expect(draw.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9)
      expect(draw.every((value) => value >= 0)).toBe(true)
    }
    // Each is Beta(0.2, 0.6): mean 1/4, variance (1/4)(3/4)/(0.8 + 1).
    const first = draws.map((draw) => draw[0])
    const mean = first.reduce((sum, value) => sum + value, 0) / count
    const variance = first.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count
    expect(mean).toBeCloseTo(0.25, 1.5)
    expect(Math.abs(mean - 0.25)).toBeLessThan(0.02)
    expect(Math.abs(variance - 0.1875 / 1.8)).toBeLessThan(0.01)
    expect(dirichlet(new Random(9), 3, 0.2)).toEqual(dirichlet(new Random(9), 3, 0.2))
  })

  it('of large parameters are nearly even', () => {
    for (const value of dirichlet(new Random(1), 5, 1e4)) expect(value).toBeCloseTo(0.2, 1)
  })
})

describe('uniformity', () => {
  it('is 0.86919 for even preferences and losses of 1 and 3, and 1 where preferences are in inverse proportion', () => {
    expect(uniformity([0.5, 0.5], [1, 3])).toBeCloseTo(0.86919, 5)
    expect(uniformity([0.75, 0.25], [1, 3])).toBeCloseTo(1, 12)
    // All that is left is one task: 1 − ln K.
    expect(uniformity([1, 0], [1, 3])).toBeCloseTo(1 - Math.LN2, 12)
    expect(uniformity([1, 0], [0, 3])).toBeNaN()
  })
})

describe('affinity', () => {
  const rows = (...values: number[]) => values.map((value) => Float32Array.of(value))

  it('is found from distances between images, scaled by row', () => {
    // |0−1| = 1, |0−4| = 4, |1−4| = 3.
    expect([...scaledDistances(rows(0, 1, 4))]).toEqual([0, 1 / 4, 1, 1 / 3, 0, 1, 1, 3 / 4, 0])
  })

  it('is 1 for tasks that see images alike, whatever the scale, and by hand for others', () => {
    const affinity = taskAffinity([
      [rows(0, 1, 4), rows(0, 1, 4)],
      [rows(0, -2, -8), rows(0, 1, 4)],
      [rows(0, 4, 1), rows(0, 1, 4)],
    ])
    // Distances of the third in the first layer: rows (0, 1, 1/4), (1, 0, 3/4), (1/3, 1, 0).
    const difference = 3 / 4 + 3 / 4 + 2 / 3 + 1 / 4 + 2 / 3 + 1 / 4
    const expected = 1 - difference / 6 / 2
    const found = [...affinity].map((value) => Math.round(value * 1e5) / 1e5)
    const other = Math.round(expected * 1e5) / 1e5
    expect(found).toEqual([1, 1, other, 1, 1, other, other, other, 1])
  })
})

describe('the schedule of a tree’s run', () => {
  it('gives half the epochs to the tasks’ own networks and a quarter each to the hypernetworks', () => {
    const phases = (epochs: number) => Array.from({ length: epochs }, (_, epoch) => phaseOf(epoch, epochs).phase)
    expect(phases(3)).toEqual(['anchors', 'edges', 'norms'])
    expect(phases(9).join()).toBe('anchors,anchors,anchors,anchors,anchors,edges,edges,norms,norms')
    expect(phaseOf(15, 20)).toEqual({ phase: 'norms', first: 15, epochs: 5 })
    expect(phaseOf(14, 20)).toEqual({ phase: 'edges', first: 10, epochs: 5 })
  })

  it('is the paper’s at 30,000 steps, and in proportion at fewer', () => {
    expect(edgeTemperature(0, 30_000)).toBe(5)
    expect(edgeTemperature(299, 30_000)).toBe(5)
    expect(edgeTemperature(300, 30_000)).toBeCloseTo(4.85, 12)
    expect(edgeTemperature(300, 60_000)).toBeCloseTo(4.85, 12)
    expect(edgeTemperature(99, 100)).toBeCloseTo(5 * 0.97 ** 99, 12)
    expect(hypernetworkRate(13_999, 30_000)).toBe(1e-3)
    expect(hypernetworkRate(14_000, 30_000)).toBeCloseTo(3e-4, 12)
    expect(hypernetworkRate(28_000, 30_000)).toBeCloseTo(9e-5, 12)
    expect(hypernetworkRate(140, 300)).toBeCloseTo(3e-4, 12)
  })
})
