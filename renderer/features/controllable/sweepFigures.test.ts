import { describe, expect, it } from 'vitest'
import type { SweepPoint, SweepReport } from '../../../core/api/controllable.ts'
import { drawnPoints, expectedFigures, frontSteps, fullPoint, paretoFront, preferenceOf } from './sweepFigures.ts'

const point = (macs: number, parts: number, value: number | null, own: Partial<SweepPoint> = {}): SweepPoint => ({
  preferences: { parts, pose: 1 - parts },
  budget: macs + 1,
  configuration: { kind: 'slim', encoder: 1, decoders: { parts: 1, pose: 1 } },
  macs,
  milliseconds: macs / 10,
  parameters: 2 * macs,
  metrics: {
    parts: { metric: 'meanIou', better: 'higher', value },
    pose: { metric: 'absoluteError', better: 'lower', value: 0.4 },
  },
  ...own,
})
const points = [
  point(400, 0.5, 0.6),
  point(100, 0.9, 0.3),
  point(200, 0.5, 0.25),
  point(200, 0.1, 0.5),
  point(300, 0, null),
]

describe('points of a sweep', () => {
  it('are drawn cheapest first, without those that have no figure', () => {
    expect(drawnPoints(points, 'parts', 'macs').map(({ at, cost }) => [at, cost])).toEqual([
      [1, 100],
      [2, 200],
      [3, 200],
      [0, 400],
    ])
    expect(drawnPoints(points, 'parts', 'parameters').at(-1)).toEqual({
      at: 0,
      cost: 800,
      figure: 0.6,
      preference: 0.5,
      count: 1,
    })
    expect(drawnPoints(points, 'depth', 'macs')).toEqual([])
    expect(preferenceOf({ preferences: { parts: 3, pose: 1 } }, 'parts')).toBe(0.75)
  })

  it('lie in one place where they lead to the same network, with the strongest preference', () => {
    const twice = [point(100, 0.2, 0.3), point(100, 0.9, 0.3), point(100, 0.5, 0.3), point(100, 0.9, 0.4)]
    expect(drawnPoints(twice, 'parts', 'macs').map(({ at, count, preference }) => [at, count, preference])).toEqual([
      [1, 3, 0.9],
      [3, 1, 0.9],
    ])
  })

  it('have a front of those that nothing beats', () => {
    const drawn = drawnPoints(points, 'parts', 'macs')
    expect(paretoFront(drawn, 'higher').map(({ at }) => at)).toEqual([1, 3, 0])
    // Where less is better: .3 at 100 and .25 at 200.
    expect(paretoFront(drawn, 'lower').map(({ at }) => at)).toEqual([1, 2])
    expect(frontSteps(paretoFront(drawn, 'lower'), 400)).toEqual([
      [100, 0.3],
      [200, 0.3],
      [200, 0.25],
      [400, 0.25],
    ])
    expect(frontSteps([], 1)).toEqual([])
  })

  it('have a largest network, with even preferences where several are as large', () => {
    expect(fullPoint([...points, point(400, 0.9, 0.7)])).toBe(points[0])
    expect(fullPoint([])).toBeNull()
  })
})

describe('what is expected of a configuration', () => {
  const sweep: SweepReport = {
    at: '2026-11-01T00:00:00Z',
    engine: 'cpu',
    batch: 1,
    people: 10,
    seconds: 1,
    points,
    configurations: 4,
    hypervolume: 0.5,
    controlError: 0,
    overshoot: 0,
    spearman: { tasks: {}, mean: null },
  }

  it('is held against the largest network, better or worse as the metric goes', () => {
    const figures = expectedFigures(
      {
        feasible: true,
        configuration: points[1].configuration,
        macs: 100,
        parameters: 200,
        milliseconds: null,
        expected: {
          basis: 'measured',
          of: points[1].configuration,
          metrics: {
            parts: { metric: 'meanIou', better: 'higher', value: 0.5 },
            pose: { metric: 'absoluteError', better: 'lower', value: 0.3 },
          },
        },
      },
      sweep,
      ['pose', 'parts', 'depth'],
    )
    expect(figures.map(({ task, tone }) => [task, tone])).toEqual([
      ['pose', 'better'],
      ['parts', 'worse'],
    ])
    expect(figures[0].change).toBeCloseTo(-0.1, 12)
    expect(figures[1].change).toBeCloseTo(-0.1, 12)
    expect(expectedFigures(null, sweep, ['parts'])).toEqual([])
  })
})
