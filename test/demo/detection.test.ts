import { describe, expect, it } from 'vitest'
import type { Suspect } from '../../core/api/suspects.ts'
import { detect, percent } from '../../scripts/demo/detection.ts'

function suspect(name: string, rank: number, flagged: boolean): Suspect {
  const rest = { label: rank, person: rank, task: 'parts', score: 1 / rank, component: null, signals: {}, why: '' }
  return { ...rest, image: `images/${name}.png`, rank, flagged, decision: null }
}

describe('the count of what was found', () => {
  it('takes the top as long as the number planted, and the flagged apart', () => {
    const planted = { task: 'parts', kind: 'derange', labels: 6, people: ['a', 'b', 'c'] }
    // Worst first: a, x, b, c, y, z; flagged: the first four.
    const ranking = ['a', 'x', 'b', 'c', 'y', 'z'].map((name, at) => suspect(name, at + 1, at < 4))
    expect(detect(planted, ranking)).toEqual({
      task: 'parts',
      kind: 'derange',
      ranked: 6,
      planted: 3,
      foundAtTop: 2,
      flagged: 4,
      flaggedPlanted: 3,
    })
  })

  it('writes shares in percent, and a dash for a share of nothing', () => {
    expect([percent(2, 3), percent(0, 3), percent(0, 0)]).toEqual(['66.7%', '0.0%', '–'])
  })
})
