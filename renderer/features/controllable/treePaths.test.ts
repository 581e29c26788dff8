import { describe, expect, it } from 'vitest'
import { describeTree, treePaths } from './treePaths.ts'

const tasks = ['parts', 'pose', 'look']

describe('the ways of a tree', () => {
  it('are separate where every node keeps its own stream', () => {
    const own = { parts: 'parts', pose: 'pose', look: 'look' }
    const paths = treePaths({ parents: [own, own] }, tasks)
    expect(paths.layers).toBe(3)
    expect(paths.nodes).toHaveLength(9)
    expect(paths.edges).toHaveLength(6)
    expect(describeTree(paths, tasks)).toBe('9 of 9 nodes are computed; every task has its own.')
  })

  it('merge below the layer at which streams take the same parent', () => {
    // parts and pose meet at parts' node of the first layer; look takes pose's node of the second, which takes parts' too.
    const paths = treePaths(
      {
        parents: [
          { parts: 'parts', pose: 'parts', look: 'look' },
          { parts: 'parts', pose: 'pose', look: 'pose' },
        ],
      },
      tasks,
    )
    expect(paths.nodes.map(({ layer, stream, tasks: through }) => [layer, stream, through.join(' ')])).toEqual([
      [0, 'parts', 'parts pose look'],
      [1, 'parts', 'parts'],
      [1, 'pose', 'pose look'],
      [2, 'parts', 'parts'],
      [2, 'pose', 'pose'],
      [2, 'look', 'look'],
    ])
    expect(paths.edges.filter(({ layer }) => layer === 0)).toEqual([
      { layer: 0, from: 'parts', to: 'parts', tasks: ['parts'] },
      { layer: 0, from: 'parts', to: 'pose', tasks: ['pose', 'look'] },
    ])
    expect(describeTree(paths, tasks)).toBe(
      '6 of 9 nodes are computed, 2 of them for several tasks. parts and pose and look begin together.',
    )
  })
})
