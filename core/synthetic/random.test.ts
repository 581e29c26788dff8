import { describe, expect, test } from 'vitest'
import { Random } from './random.ts'

function draws(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.bits())
}

describe('Random', () => {
  test('gives the published sequence of xoshiro128** for the state 1, 2, 3, 4', () => {
    expect(draws(Random.fromState([1, 2, 3, 4]), 10)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ])
  })

  test('repeats itself for equal seeds and keys, and differs in the first draw for neighbouring ones', () => {
    expect(draws(new Random(7, 'person', 3), 5)).toEqual(draws(new Random(7, 'person', 3), 5))
    const firsts = new Set<number>()
    for (let seed = 0; seed < 100; seed++) {
      for (let index = 0; index < 100; index++) firsts.add(new Random(seed, 'person', index).bits())
    }
    // 10⁴ draws out of 2³² meet with probability 1%.
    expect(firsts.size).toBeGreaterThanOrEqual(9999)
  })

  test('tells seeds apart that differ above 32 bits', () => {
    expect(new Random(1).bits()).not.toBe(new Random(1 + 2 ** 32).bits())
  })

  test('has the mean and variance of the uniform and the normal distribution', () => {
    const random = new Random(1)
    const count = 20_000
    let uniform = 0
    let normal = 0
    let squares = 0
    for (let draw = 0; draw < count; draw++) {
      uniform += random.uniform()
      const value = random.normal()
      normal += value
      squares += value * value
    }
    // Five standard errors: 5 / √12 / √n, 5 / √n, 5 √2 / √n.
    expect(Math.abs(uniform / count - 0.5)).toBeLessThan(0.0102)
    expect(Math.abs(normal / count)).toBeLessThan(0.0354)
    expect(Math.abs(squares / count - 1)).toBeLessThan(0.05)
  })

  test('draws both derangements of three entries equally often and never another permutation', () => {
    const random = new Random(2)
    const counts = new Map<string, number>()
    for (let draw = 0; draw < 2000; draw++) {
      const order = random.derangement(3).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual(['120', '201'])
    expect(Math.abs((counts.get('120') ?? 0) - 1000)).toBeLessThan(112)
  })

  test('refuses to derange a single entry instead of searching for ever', () => {
    expect(() => new Random(1).derangement(1)).toThrow(RangeError)
  })
})
