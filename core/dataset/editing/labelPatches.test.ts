import { describe, expect, test } from 'vitest'
import type { DepthValue, NormalsValue, PartsValue } from '../label.ts'
import {
  clipParts,
  invalidatePixels,
  paintParts,
  partsDifference,
  partsPresent,
  transferValue,
} from './labelPatches.ts'

const parts = (left: number, top: number, width: number, ...data: number[]): PartsValue => ({
  kind: 'parts',
  left,
  top,
  width,
  height: data.length / width,
  data: Uint8Array.from(data),
})

describe('painting a rectangle', () => {
  test('within the window changes its cells; beyond it the window grows by background', () => {
    const map = parts(2, 2, 2, 1, 1, 1, 1)
    expect(paintParts(map, { left: 3, top: 3, width: 1, height: 1 }, Uint8Array.of(5))).toEqual(
      parts(2, 2, 2, 1, 1, 1, 5),
    )
    expect(paintParts(map, { left: 0, top: 3, width: 1, height: 2 }, Uint8Array.of(5, 6))).toEqual(
      parts(0, 2, 4, 0, 0, 1, 1, 5, 0, 1, 1, 6, 0, 0, 0),
    )
    expect(paintParts(null, { left: 7, top: 8, width: 2, height: 1 }, Uint8Array.of(1, 2))).toEqual(
      parts(7, 8, 2, 1, 2),
    )
  })
})

describe('the difference of two maps', () => {
  test('is the smallest rectangle, with what the second has there, whatever their windows', () => {
    expect(partsDifference(parts(0, 0, 3, 1, 2, 3, 4, 5, 6), parts(0, 0, 3, 1, 2, 3, 4, 0, 6))).toEqual({
      bounds: { left: 1, top: 1, width: 1, height: 1 },
      cells: Uint8Array.of(0),
    })
    expect(partsDifference(parts(0, 0, 1, 1), parts(2, 1, 1, 7))).toEqual({
      bounds: { left: 0, top: 0, width: 3, height: 2 },
      cells: Uint8Array.of(0, 0, 0, 0, 0, 7),
    })
    expect(partsDifference(parts(1, 1, 1, 4), parts(0, 0, 2, 0, 0, 0, 4))).toBeNull()
  })
})

test('marked cells of a depth map have no depth, also where its window begins later', () => {
  const depth: DepthValue = {
    kind: 'depth',
    left: 1,
    top: 1,
    width: 2,
    height: 1,
    data: Uint16Array.of(7, 8),
    scale: 1,
    offset: 0,
  }
  const marked = invalidatePixels(depth, { left: 0, top: 0, width: 2, height: 2 }, Uint8Array.of(1, 1, 0, 1))
  expect(marked.data).toEqual(Uint16Array.of(0, 8))
  expect(depth.data).toEqual(Uint16Array.of(7, 8))
})

test('marked cells of normals lose all three components and no neighbour loses any', () => {
  const data = Uint16Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)
  const normals: NormalsValue = { kind: 'normals', left: 1, top: 0, width: 3, height: 1, data }
  const marked = invalidatePixels(normals, { left: 2, top: 0, width: 1, height: 1 }, Uint8Array.of(1))
  expect(marked.data).toEqual(Uint16Array.of(1, 2, 3, 0, 0, 0, 7, 8, 9))
})

describe('a label taken to another box', () => {
  const [from, to] = [
    { x: 0, y: 0, width: 2, height: 2 },
    { x: 4, y: 1, width: 4, height: 2 },
  ]
  const image = { width: 7, height: 9 }

  test('has its joints scaled and its mask enlarged to the nearest pixel, cut off at the border', () => {
    const joints = [
      { x: 1, y: 2, v: 2 },
      { x: 0, y: 0, v: 3 },
    ] as const
    expect(transferValue({ kind: 'keypoints', joints }, from, to, image)).toEqual({
      kind: 'keypoints',
      joints: [
        { x: 6, y: 3, v: 2 },
        { x: 0, y: 0, v: 3 },
      ],
    })
    expect(transferValue(parts(0, 0, 2, 1, 2, 3, 4), from, to, image)).toEqual(parts(4, 1, 3, 1, 1, 2, 3, 3, 4))
  })

  test('says the same of who somebody is, and nothing of depth', () => {
    const who = { kind: 'identity', identity: 'ann', camera: null } as const
    expect(transferValue(who, from, to, image)).toBe(who)
    const depth: DepthValue = {
      kind: 'depth',
      left: 0,
      top: 0,
      width: 1,
      height: 1,
      data: Uint16Array.of(1),
      scale: 1,
      offset: 0,
    }
    expect(transferValue(depth, from, to, image)).toBeNull()
  })
})

test('a map is cut off at the border of the picture', () => {
  expect(clipParts(parts(-1, 0, 3, 1, 2, 3, 4, 5, 6), { width: 1, height: 5 })).toEqual(parts(0, 0, 1, 2, 5))
  expect(clipParts(parts(9, 0, 1, 1), { width: 9, height: 5 })).toBeNull()
})

test('parts that are there are named once, without background and not annotated', () => {
  expect(partsPresent(Uint8Array.of(3, 0, 255, 3, 1))).toEqual([1, 3])
})
