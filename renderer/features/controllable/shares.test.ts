import { describe, expect, it } from 'vitest'
import { Random } from '../../../core/synthetic/random.ts'
import { evenShares, moveShare, percentsOf, shareWords, sharesOf } from './shares.ts'

const sum = (shares: Readonly<Record<string, number>>): number => Object.values(shares).reduce((a, b) => a + b, 0)

describe('shares of tasks', () => {
  it('are even to begin with, and make exactly one', () => {
    for (let count = 1; count <= 9; count++) {
      const shares = evenShares(Array.from({ length: count }, (_, at) => `task${at}`))
      expect(sum(shares)).toBe(1)
      for (const share of Object.values(shares)) expect(share).toBeCloseTo(1 / count, 10)
    }
  })

  it('leave the others’ proportions when one is moved', () => {
    // parts and pose are 3 : 1; with look at .6 they have .4 together: .3 and .1.
    const moved = moveShare({ parts: 0.6, pose: 0.2, look: 0.2 }, 'look', 0.6)
    expect(moved['parts']).toBeCloseTo(0.3, 11)
    expect(moved['pose']).toBeCloseTo(0.1, 11)
    expect(moved['look']).toBeCloseTo(0.6, 11)
    expect(sum(moved)).toBe(1)
  })

  it('stay within bounds, and find back to their proportions from nothing', () => {
    const before = { parts: 0.6, pose: 0.2, look: 0.2 }
    const alone = moveShare(before, 'look', 4)
    expect(alone).toEqual({ parts: 0, pose: 0, look: 1 })
    const back = moveShare(alone, 'look', 0.2, before)
    expect(back['parts']).toBeCloseTo(0.6, 11)
    expect(back['pose']).toBeCloseTo(0.2, 11)
    expect(moveShare(alone, 'look', -1)).toEqual({ parts: 0.5, pose: 0.5, look: 0 })
    expect(moveShare({ parts: 1 }, 'parts', 0.2)).toEqual({ parts: 1 })
  })

  it('make exactly one however often they are moved, and drift nowhere', () => {
    const random = new Random(7)
    const tasks = ['parts', 'pose', 'look', 'depth', 'shape']
    let shares = evenShares(tasks)
    for (let step = 0; step < 300; step++) {
      const task = tasks[random.integer(5)]
      const others = tasks.filter((each) => each !== task)
      const moved = moveShare(shares, task, random.between(0.01, 0.9))
      expect(sum(moved)).toBe(1)
      for (const each of others) {
        expect(moved[each] * shares[others[0]]).toBeCloseTo(moved[others[0]] * shares[each], 10)
        expect(moved[each]).toBeGreaterThanOrEqual(0)
      }
      shares = moved
    }
  })

  it('are shown as whole percents that make a hundred', () => {
    expect(percentsOf(evenShares(['a', 'b', 'c']))).toEqual({ a: 34, b: 33, c: 33 })
    expect(percentsOf({ a: 0.295, b: 0.295, c: 0.41 })).toEqual({ a: 30, b: 29, c: 41 })
    expect(shareWords({ parts: 0.7, keypoints: 0.3 })).toBe('parts 70, keypoints 30')
  })

  it('are taken from any proportions', () => {
    expect(sharesOf({ a: 3, b: 1, c: 0 })).toEqual({ a: 0.75, b: 0.25, c: 0 })
    expect(sharesOf({ a: 0, b: 0 })).toEqual({ a: 0.5, b: 0.5 })
    expect(sum(sharesOf({ a: 0.1, b: 0.2, c: 0.3 }))).toBe(1)
  })
})
