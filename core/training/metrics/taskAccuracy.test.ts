import { describe, expect, it } from 'vitest'
import { taskAccuracy } from './taskAccuracy.ts'

describe('the accuracy of a task', () => {
  it('is the metric that the papers go by', () => {
    expect(taskAccuracy('attributes', { meanAccuracy: 0.8, accuracy: 0.9 })).toBe(0.8)
    expect(taskAccuracy('keypoints', { pckHead: 0.4, pckTorso: 0.7 })).toBe(0.4)
    expect(taskAccuracy('parts', { meanIou: 0.45, pixelAccuracy: 0.9 })).toBe(0.45)
    expect(taskAccuracy('depth', { absoluteError: 0.2, delta125: 0.6 })).toBe(0.6)
    expect(taskAccuracy('normals', { meanAngularError: 12, within11: 0.5, within30: 0.9 })).toBe(0.9)
    expect(taskAccuracy('identity', { meanAveragePrecision: 0.3 })).toBe(0.3)
  })

  it('goes by the torso for skeletons without a head', () => {
    expect(taskAccuracy('keypoints', { pckTorso: 0.7 })).toBe(0.7)
  })

  it('turns the error of a vector into a share that shrinks as the error grows', () => {
    expect(taskAccuracy('vector', { rmse: 0 })).toBe(1)
    expect(taskAccuracy('vector', { rmse: 1 })).toBe(0.5)
    expect(taskAccuracy('vector', { rmse: 3 })).toBe(0.25)
  })

  it('is null where nothing was measured', () => {
    expect(taskAccuracy('parts', {})).toBeNull()
    expect(taskAccuracy('parts', { meanIou: null })).toBeNull()
    expect(taskAccuracy('parts', { meanIou: Number.NaN })).toBeNull()
  })
})
