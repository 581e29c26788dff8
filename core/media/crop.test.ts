import { describe, expect, it } from 'vitest'
import { cropAffine, warpJoints } from './crop.ts'

describe('cropAffine', () => {
  it('fits the box with its margin, centred, aspect ratio kept', () => {
    // 30×40 grows by a tenth at each side to 36×48; 64/36 < 96/48, so the width decides. Centre (25, 40) → (32, 48).
    const [a, b, c, d, e, f] = cropAffine({ x: 10, y: 20, width: 30, height: 40 }, { width: 64, height: 96 }, 0.1)
    expect(a).toBeCloseTo(16 / 9, 12)
    expect([b, d]).toEqual([0, 0])
    expect(e).toBe(a)
    expect(a * 25 + c).toBeCloseTo(32, 12)
    expect(e * 40 + f).toBeCloseTo(48, 12)
  })

  it('is the identity for a box of the size of the crop', () => {
    expect(cropAffine({ x: 0, y: 0, width: 64, height: 96 }, { width: 64, height: 96 }, 0)).toEqual([1, 0, 0, 0, 1, 0])
  })

  it('refuses empty boxes', () => {
    expect(() => cropAffine({ x: 0, y: 0, width: 0, height: 4 }, { width: 8, height: 8 }, 0)).toThrow(RangeError)
    expect(() => cropAffine({ x: 0, y: 0, width: NaN, height: 4 }, { width: 8, height: 8 }, 0)).toThrow(RangeError)
  })
})

describe('warpJoints', () => {
  it('moves placed joints, also out of the crop, and leaves the others without a place', () => {
    const joints = [
      { x: 10, y: 20, v: 2 },
      { x: -3, y: 500, v: 1 },
      { x: 7, y: 7, v: 0 },
      { x: 9, y: 9, v: 3 },
    ] as const
    expect([...warpJoints(joints, [2, 0, -4, 0, 3, 1])]).toEqual([16, 61, 2, -10, 1501, 1, 0, 0, 0, 0, 0, 3])
  })
})
