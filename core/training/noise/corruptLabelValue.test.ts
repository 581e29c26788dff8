import { expect, test } from 'vitest'
import type { DepthValue, KeypointsValue, PartsValue } from '../../dataset/label.ts'
import { componentOf, rawNormals } from '../../dataset/normals.ts'
import { Random } from '../../synthetic/random.ts'
import { corruptLabelValue } from './corruptLabelValue.ts'

const image = { width: 100, height: 200 }
const twoHands = { kind: 'keypoints', joints: ['left', 'right'], edges: [], flip: [1, 0] } as const

test('keypoints in image pixels take the same noise as rows of a snapshot', () => {
  const value: KeypointsValue = {
    kind: 'keypoints',
    joints: [
      { x: 10, y: 20, v: 2 },
      { x: 90, y: 120, v: 1 },
    ],
  }
  expect(corruptLabelValue(twoHands, value, 'swap', image, new Random(1))).toEqual({
    kind: 'keypoints',
    joints: [value.joints[1], value.joints[0]],
  })
})

test('attributes keep what is not annotated', () => {
  const schema = { kind: 'attributes', attributes: ['hat', 'bag'] } as const
  const value = { kind: 'attributes', values: [null, true] } as const
  expect(corruptLabelValue(schema, value, 'flip', image, new Random(1))).toEqual({
    kind: 'attributes',
    values: [null, false],
  })
})

test('a mask keeps its window', () => {
  const schema = { kind: 'parts', parts: ['background', 'head'], flip: [0, 1] } as const
  const value: PartsValue = { kind: 'parts', left: 5, top: 6, width: 2, height: 2, data: Uint8Array.of(0, 1, 1, 255) }
  expect(corruptLabelValue(schema, value, 'derange', image, new Random(1))).toEqual({
    ...value,
    data: Uint8Array.of(1, 0, 0, 255),
  })
})

test('a depth map keeps its coding and its invalid pixels', () => {
  const schema = { kind: 'depth', unit: 'disparity' } as const
  const value: DepthValue = {
    kind: 'depth',
    left: 0,
    top: 0,
    width: 3,
    height: 1,
    data: Uint16Array.of(0, 1000, 500),
    scale: 0.001,
    offset: 0,
  }
  const corrupted = corruptLabelValue(schema, value, 'uniform', image, new Random(1))
  if (corrupted?.kind !== 'depth') throw new Error('no depth came back')
  expect(corrupted.scale).toBe(0.001)
  expect(corrupted.data[0]).toBe(0)
  for (const pixel of [1, 2]) {
    expect(corrupted.data[pixel]).toBeGreaterThanOrEqual(value.data[pixel])
    expect(corrupted.data[pixel]).toBeLessThanOrEqual(value.data[pixel] + 200)
  }
})

test('normals take the axes of another program, or of the mirrored picture; invalid pixels stay invalid', () => {
  const data = rawNormals([0.6, 0, 0.8, 0, 0, 0])
  const value = { kind: 'normals', left: 3, top: 4, width: 2, height: 1, data } as const
  // Components to a tenth: rows hold bytes.
  const corrupted = (kind: string): number[] => {
    const found = corruptLabelValue({ kind: 'normals' }, value, kind, image, new Random(1))
    if (found?.kind !== 'normals') throw new Error('no normals came back')
    expect([...found.data.subarray(3)]).toEqual([0, 0, 0])
    return Array.from(found.data.subarray(0, 3), (raw) => Math.round(componentOf(raw) * 10) / 10 + 0)
  }
  expect(corrupted('mirror')).toEqual([-0.6, 0, 0.8])
  expect([
    [0.8, 0.6, 0],
    [0, 0.8, 0.6],
  ]).toContainEqual(corrupted('derange'))
})

test('a label that the kind cannot apply to gives null', () => {
  expect(
    corruptLabelValue(
      { kind: 'attributes', attributes: ['hat'] },
      { kind: 'attributes', values: [null] },
      'flip',
      image,
      new Random(1),
    ),
  ).toBeNull()
})
