import { describe, expect, it } from 'vitest'
import type { SweepPoint } from '../../api/controllable.ts'
import { difference, expectation } from './expectation.ts'

const slim = (encoder: 0.25 | 0.5 | 0.75 | 1, parts: 0.25 | 0.5 | 0.75 | 1) =>
  ({ kind: 'slim', encoder, decoders: { parts, pose: 0.5 } }) as const
const point = (encoder: 0.25 | 0.5 | 1, macs: number, milliseconds: number): SweepPoint => ({
  preferences: { parts: 1, pose: 0 },
  budget: macs,
  configuration: { ...slim(encoder, 0.5), decoders: { parts: 0.5, pose: 0.5 } },
  macs,
  milliseconds,
  parameters: 1,
  metrics: { parts: { metric: 'meanIou', better: 'higher', value: encoder } },
})
const points = [point(1, 400, 5), point(0.25, 100, 2), point(0.5, 200, 3)]

describe('what is expected of a configuration', () => {
  it('is what was measured of it', () => {
    const found = expectation(points, slim(0.5, 0.5), 200)
    expect(found.milliseconds).toEqual({ value: 3, basis: 'measured', of: [200] })
    expect(found.expected).toMatchObject({ basis: 'measured', metrics: { parts: { value: 0.5 } } })
  })

  it('is otherwise the most similar one’s, and time by cost between the nearest', () => {
    // 250 lies a quarter of the way from 200 to 400: 3 + ¼·2; the encoder's half width is nearer than any other's.
    const found = expectation(points, slim(0.5, 0.75), 250)
    expect(found.milliseconds).toEqual({ value: 3.5, basis: 'interpolated', of: [200, 400] })
    expect(found.expected).toMatchObject({ basis: 'nearest', of: { encoder: 0.5 }, metrics: { parts: { value: 0.5 } } })
    expect(expectation(points, slim(0.25, 0.25), 60).milliseconds).toEqual({
      value: 2,
      basis: 'interpolated',
      of: [100],
    })
  })

  it('is nothing before a sweep', () => {
    expect(expectation([], slim(1, 1), 400)).toEqual({ milliseconds: null, expected: null })
  })

  it('takes the encoder for as much as all decoders', () => {
    // ½·(½ + mean(½, 0)).
    expect(difference(slim(1, 1), slim(0.5, 0.5))).toBe(0.375)
    expect(difference(slim(1, 1), slim(1, 1))).toBe(0)
  })
})
