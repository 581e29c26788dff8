import { describe, expect, it } from 'vitest'
import type { SweepReport } from '../../../core/api/controllable.ts'
import { sweepQualities, sweepWords } from './sweepWords.ts'

const sweep: SweepReport = {
  at: '2026-11-01T00:00:00Z',
  engine: 'TensorFlow, CPU',
  batch: 1,
  people: 12,
  seconds: 3,
  points: [],
  configurations: 7,
  hypervolume: 0.41,
  controlError: 0.052,
  overshoot: 0,
  spearman: { tasks: { parts: 0.95, pose: null }, mean: 0.95 },
}
const toneOf = (changed: Partial<SweepReport>, at: number) => sweepQualities({ ...sweep, ...changed })[at].tone

describe('what a sweep found, in words', () => {
  it('says for each quality how good it is', () => {
    const [reach, error, overshoot, obedience] = sweepQualities(sweep)
    expect([reach.figure, error.figure, overshoot.figure, obedience.figure]).toEqual(['41%', '5.2%', 'none', '0.95'])
    expect(overshoot.meaning).toBe('No budget was exceeded.')
    expect(obedience.meaning).toBe(
      'A task that is preferred more gets better nearly every time. By task: parts 0.95, pose does not vary.',
    )
  })

  it('warns of budgets that are exceeded and of preferences that do nothing', () => {
    expect(toneOf({ overshoot: 0.01 }, 2)).toBe('warn')
    expect(toneOf({ spearman: { tasks: {}, mean: 0.59 } }, 3)).toBe('warn')
    expect(toneOf({ spearman: { tasks: {}, mean: 0.6 } }, 3)).toBe('good')
    expect(toneOf({ spearman: { tasks: {}, mean: null } }, 3)).toBe('plain')
    expect(toneOf({ controlError: 0.2 }, 1)).toBe('plain')
  })

  it('tells what was measured, where and how', () => {
    expect(sweepWords(sweep)).toBe(
      '0 preferences and budgets, 7 different networks, on 12 people who validate; TensorFlow, CPU, one image at a time',
    )
  })
})
