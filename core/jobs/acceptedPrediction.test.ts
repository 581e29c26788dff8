import { expect, test } from 'vitest'
import type { LabelValue, PartsValue } from '../dataset/label.ts'
import { acceptComponents } from './acceptedPrediction.ts'

test('one joint is taken from the prediction, the others stay', () => {
  const pose = (x: number): LabelValue => ({
    kind: 'keypoints',
    joints: [
      { x, y: 1, v: 2 },
      { x: x + 1, y: 2, v: 2 },
    ],
  })
  const schema = { kind: 'keypoints', joints: ['head', 'hip'], edges: [], flip: [0, 1] } as const
  const accepted = acceptComponents(schema, pose(10), pose(50), ['hip'])
  expect(accepted).toEqual({
    kind: 'keypoints',
    joints: [
      { x: 10, y: 1, v: 2 },
      { x: 51, y: 2, v: 2 },
    ],
  })
  expect(() => acceptComponents(schema, pose(10), pose(50), ['tail'])).toThrow(
    expect.objectContaining({ code: 'component-unknown' }),
  )
})

test('of a part, every pixel is taken that either of the two gives it', () => {
  const schema = { kind: 'parts', parts: ['background', 'hat', 'coat'], flip: [0, 1, 2] } as const
  const mask = (left: number, data: number[]): PartsValue => ({
    kind: 'parts',
    left,
    top: 0,
    width: 3,
    height: 1,
    data: Uint8Array.from(data),
  })
  // In image columns 0 … 3: given hat hat coat –, predicted – hat coat hat... of which only "hat" is accepted.
  const accepted = acceptComponents(schema, mask(0, [1, 1, 2]), mask(1, [2, 2, 1]), ['hat'])
  expect(accepted).toEqual({
    kind: 'parts',
    left: 0,
    top: 0,
    width: 4,
    height: 1,
    data: Uint8Array.from([1, 2, 2, 1]),
  })
})

test('depth has no components to accept', () => {
  const depth: LabelValue = {
    kind: 'depth',
    left: 0,
    top: 0,
    width: 1,
    height: 1,
    data: Uint16Array.from([1]),
    scale: 1,
    offset: 0,
  }
  expect(() => acceptComponents({ kind: 'depth', unit: 'metre' }, depth, depth, ['depth'])).toThrow(
    expect.objectContaining({ code: 'no-prediction' }),
  )
})
