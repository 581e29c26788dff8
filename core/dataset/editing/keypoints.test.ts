import { describe, expect, test } from 'vitest'
import type { Joint } from '../label.ts'
import {
  clearJoint,
  cycleVisibility,
  exchangeJoints,
  hullOfJoints,
  jointsOutsideMask,
  moveAllJoints,
  moveJoint,
  nearestJoint,
  nextJoint,
  noJoints,
  placeJoint,
  scaleAllJoints,
  skipJoint,
  swapPair,
  swapSides,
} from './keypoints.ts'
import { emptyMask } from './mask.ts'

const open: Joint = { x: 0, y: 0, v: 0 }
const gone: Joint = { x: 0, y: 0, v: 3 }
const at = (x: number, y: number, v: Joint['v'] = 2): Joint => ({ x, y, v })

describe('placing', () => {
  test('goes through the template in its order, past what was annotated, and round', () => {
    let joints = noJoints(4)
    expect(nextJoint(joints)).toBe(0)
    joints = placeJoint(joints, 0, 5, 6)
    joints = skipJoint(joints, 1)
    expect(nextJoint(joints, 0)).toBe(2)
    joints = placeJoint(joints, 3, 7, 8, true)
    expect(joints).toEqual([at(5, 6), gone, open, at(7, 8, 1)])
    expect(nextJoint(joints, 2)).toBe(2)
    expect(nextJoint(clearJoint(joints, 0), 3)).toBe(0)
    expect(nextJoint(placeJoint(joints, 2, 1, 1))).toBeNull()
  })

  test('moving keeps a hidden joint hidden, and places one that had no place', () => {
    const joints = [at(1, 1, 1), gone]
    expect(moveJoint(joints, 0, 9, 9)[0]).toEqual(at(9, 9, 1))
    expect(moveJoint(joints, 1, 9, 9)[1]).toEqual(at(9, 9, 2))
  })
})

describe('visibility', () => {
  test('goes round visible, hidden, absent, and comes back at the place it had', () => {
    let joints: Joint[] = [at(3, 4)]
    const seen = [1, 2, 3].map(() => (joints = cycleVisibility(joints, 0, { x: 3, y: 4 }))[0])
    expect(seen).toEqual([at(3, 4, 1), gone, at(3, 4)])
  })
})

describe('the whole person', () => {
  const joints = [at(1, 1), at(10, 20, 1), gone, at(5, 5)]

  test('left and right are exchanged by the table of the template, whole or in one pair', () => {
    expect(swapSides(joints, [0, 3, 2, 1])).toEqual([at(1, 1), at(5, 5), gone, at(10, 20, 1)])
    expect(swapPair(joints, [2, 3, 0, 1], 0)).toEqual([gone, at(10, 20, 1), at(1, 1), at(5, 5)])
    expect(exchangeJoints(joints, 1, 2)).toEqual([at(1, 1), gone, at(10, 20, 1), at(5, 5)])
    expect(swapSides(swapSides(joints, [1, 0, 3, 2]), [1, 0, 3, 2])).toEqual(joints)
  })

  test('the hull holds the placed joints; moved and scaled, the absent ones stay absent', () => {
    expect(hullOfJoints(joints)).toEqual({ x: 1, y: 1, width: 9, height: 19 })
    expect(hullOfJoints([gone, open])).toBeNull()
    expect(moveAllJoints(joints, 2, -1)).toEqual([at(3, 0), at(12, 19, 1), gone, at(7, 4)])
    expect(scaleAllJoints(joints, { x: 1, y: 1 }, 2, 0.5)).toEqual([at(1, 1), at(19, 10.5, 1), gone, at(9, 3)])
    expect(scaleAllJoints(joints, { x: 1, y: 1 }, -1, 1)[1]).toEqual(at(1, 20, 1))
  })

  test('visible joints on background or beyond the picture are outside the mask, hidden ones not', () => {
    const mask = emptyMask(12, 12)
    mask.data[1 * 12 + 1] = 7
    expect(jointsOutsideMask([at(1.9, 1.9), at(2, 2), at(2, 2, 1), gone, at(12, 3), at(-1, 0)], mask)).toEqual([
      1, 4, 5,
    ])
  })

  test('the nearest joint within reach is met', () => {
    expect(nearestJoint(joints, 4, 4, 3)).toBe(3)
    expect(nearestJoint(joints, 0, 0, 1)).toBeNull()
  })
})
