import { describe, expect, it } from 'vitest'
import { activeTasks, preferenceShares } from './preference.ts'
import { ownStreams } from './tree.ts'
import type { TreeChoice } from './treeSearch.ts'
import { searchTree } from './treeSearch.ts'

describe('preferences', () => {
  it('count in proportion, however large', () => {
    expect(preferenceShares({ b: 1, a: 3 }, ['a', 'b'])).toEqual([0.75, 0.25])
    expect(preferenceShares({ a: 1e308, b: 1e308 }, ['a', 'b'])).toEqual([0.5, 0.5])
  })

  it('of at least 0.6/K make a task active', () => {
    expect(activeTasks([0.3, 0.7])).toEqual([true, true])
    expect(activeTasks([0.29, 0.71])).toEqual([false, true])
    expect(activeTasks([0.2, 0.19, 0.61])).toEqual([true, false, true])
  })
})

describe('the search of a tree', () => {
  const one = { macs: 10, parameters: 1 }
  const costs = {
    layers: [one, one],
    heads: [
      { macs: 1, parameters: 1 },
      { macs: 2, parameters: 1 },
    ],
  }
  /** From frugality 0.3 on the lower layer is shared, from 0.6 both, but for a lapse at 0.8. */
  const choice: TreeChoice = {
    tasks: ['a', 'b'],
    cost: costs,
    treeOf: (condition) => {
      const frugality = condition[2]
      if (frugality < 0.3 || frugality === 0.8) return ownStreams(2, 2)
      const lower = [0, 0]
      return { parents: [lower, frugality < 0.6 ? [0, 1] : [0, 0]] }
    },
  }

  it('takes the least frugal tree within the budget', () => {
    const at = (budget: number) => searchTree(choice, [0.8, 0.2], budget)
    expect(at(100)).toMatchObject({ frugality: 0, macs: 43, parameters: 6, active: ['a'], shares: [0.8, 0.2] })
    expect(at(43)).toMatchObject({ frugality: 0, macs: 43 })
    expect(at(42)).toMatchObject({ frugality: 0.3, macs: 33, parameters: 5 })
    expect(at(32)).toMatchObject({ frugality: 0.6, macs: 23, parameters: 4 })
    expect(at(23)).toMatchObject({ frugality: 0.6, macs: 23 })
  })

  it('names the least that is needed where nothing fits', () => {
    expect(searchTree(choice, [0.8, 0.2], 22)).toEqual({ minimumMacs: 23 })
  })
})
