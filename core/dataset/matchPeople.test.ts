import { describe, expect, test } from 'vitest'
import type { Box, Joint } from './label.ts'
import { intersectionOverUnion, jointDistance, matchPeople, type Recognisable } from './matchPeople.ts'

const box = (x: number, y: number, width: number, height: number): Box => ({ x, y, width, height })
const boxed = (...values: [number, number, number, number]): Recognisable => ({ box: box(...values), joints: {} })
const joints = (...places: [number, number][]): Joint[] => places.map(([x, y]) => ({ x, y, v: 2 }))
const posed = (...places: [number, number][]): Recognisable => ({ box: null, joints: { pose: joints(...places) } })
const unknown: Recognisable = { box: null, joints: {} }

describe('overlap of boxes', () => {
  test('is intersection over union', () => {
    // 5×10 shared of 10×10 + 10×10 − 50
    expect(intersectionOverUnion(box(0, 0, 10, 10), box(5, 0, 10, 10))).toBeCloseTo(1 / 3, 12)
    expect(intersectionOverUnion(box(0, 0, 10, 10), box(10, 0, 5, 5))).toBe(0)
  })
})

describe('distance of joints', () => {
  test('is the mean over common joints by the diagonal of their extent', () => {
    const a = { pose: joints([0, 0], [30, 40], [30, 0]) }
    const b = { pose: joints([0, 3], [30, 43], [30, 3]) }
    // every joint 3 apart; extent 30 × 43
    expect(jointDistance(a, b)).toBeCloseTo(3 / Math.hypot(30, 43), 12)
  })

  test('does not count joints that one side has not placed, and needs three', () => {
    const absent: Joint = { x: 0, y: 0, v: 3 }
    const a = { pose: [...joints([0, 0], [30, 40]), absent] }
    expect(jointDistance(a, { pose: joints([0, 0], [30, 40], [9, 9]) })).toBeNull()
    expect(jointDistance({ pose: joints([0, 0]) }, { other: joints([0, 0]) })).toBeNull()
  })
})

describe('matching people', () => {
  test('boxes match from an IoU of one half on', () => {
    expect(matchPeople([boxed(0, 0, 10, 10)], [boxed(0, 0, 10, 5)])).toEqual([0])
    expect(matchPeople([boxed(0, 0, 10, 10)], [boxed(0, 0, 10, 4.9)])).toEqual([null])
  })

  test('the best pair is matched first, and nobody twice', () => {
    const known = [boxed(0, 0, 10, 10), boxed(3, 0, 10, 10)]
    // The first incoming overlaps both known (7/13 and 1), the second only the first (9/11).
    expect(matchPeople(known, [boxed(3, 0, 10, 10), boxed(1, 0, 10, 10)])).toEqual([1, 0])
    expect(matchPeople([known[0]], [boxed(0, 0, 10, 10), boxed(0, 0, 10, 9)])).toEqual([0, null])
  })

  test('without boxes the joints tell people apart', () => {
    const left = posed([0, 0], [10, 50], [20, 100])
    const right = posed([200, 0], [210, 50], [220, 100])
    expect(matchPeople([left, right], [posed([201, 1], [211, 51], [221, 101]), left])).toEqual([1, 0])
  })

  test('one person on each side, one of them without a box, is the same person', () => {
    expect(matchPeople([boxed(0, 0, 10, 10)], [unknown])).toEqual([0])
    expect(matchPeople([unknown], [unknown])).toEqual([0])
  })

  test('boxes drawn differently are overruled by joints that agree', () => {
    const pose = posed([0, 0], [10, 50], [20, 100]).joints
    const torso = { box: box(0, 0, 20, 40), joints: pose }
    const whole = { box: box(0, 0, 20, 110), joints: pose }
    expect(matchPeople([torso, boxed(300, 0, 9, 9)], [whole])).toEqual([0])
  })

  test('two boxes that lie apart are two people even when they are alone', () => {
    expect(matchPeople([boxed(0, 0, 10, 10)], [boxed(50, 50, 10, 10)])).toEqual([null])
  })

  test('nobody is guessed where there are several', () => {
    expect(matchPeople([boxed(0, 0, 10, 10), boxed(50, 0, 10, 10)], [unknown])).toEqual([null])
  })
})
