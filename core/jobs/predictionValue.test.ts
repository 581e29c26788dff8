import { describe, expect, it } from 'vitest'
import type { LabelValue } from '../dataset/label.ts'
import { byteOfComponent, rawNormals } from '../dataset/normals.ts'
import { predictionValue, type PredictionFrame } from './predictionValue.ts'

// Image 10×8; the crop is 4×4 and shows [2, 10) × [1, 9) at half size: x' = (x − 2) / 2, y' = (y − 1) / 2.
const frame: PredictionFrame = {
  affine: [0.5, 0, -1, 0, 0.5, -0.5],
  cropWidth: 4,
  cropHeight: 4,
  imageWidth: 10,
  imageHeight: 8,
}

describe('predictionValue', () => {
  it('puts joints back into the image and leaves absent ones absent', () => {
    const given: LabelValue = {
      kind: 'keypoints',
      joints: [
        { x: 9, y: 9, v: 1 },
        { x: 0, y: 0, v: 3 },
      ],
    }
    const schema = { kind: 'keypoints', joints: ['a', 'b'], edges: [], flip: [1, 0] } as const
    expect(predictionValue(schema, Float32Array.of(1, 2, 0.9, 3, 3, 0.8), given, frame)).toEqual({
      kind: 'keypoints',
      joints: [
        { x: 4, y: 5, v: 1 },
        { x: 0, y: 0, v: 3 },
      ],
    })
  })

  it('answers only the attributes that were annotated', () => {
    const given: LabelValue = { kind: 'attributes', values: [true, null, true] }
    const schema = { kind: 'attributes', attributes: ['a', 'b', 'c'] } as const
    expect(predictionValue(schema, Float32Array.of(0.2, 0.9, 0.5), given, frame)).toEqual({
      kind: 'attributes',
      values: [false, null, true],
    })
  })

  it('enlarges directions without turning them', () => {
    const given: LabelValue = { kind: 'normals', left: 0, top: 0, width: 1, height: 1, data: rawNormals([0, 0, 1]) }
    const directions = [0, 1, 0, ...Array.from({ length: 15 }, () => [0, 0, 1]).flat()]
    const value = predictionValue({ kind: 'normals' }, Uint8Array.from(directions, byteOfComponent), given, frame)
    if (value?.kind !== 'normals') throw new Error('not directions')
    expect([value.left, value.top, value.width, value.height]).toEqual([2, 1, 8, 7])
    expect([...value.data.subarray(0, 9)]).toEqual([...rawNormals([0, 1, 0, 0, 1, 0, 0, 0, 1])])
  })

  it('enlarges a mask into the window that the crop shows, cut at the image', () => {
    const schema = { kind: 'parts', parts: ['background', 'a', 'b'], flip: [0, 1, 2] } as const
    const given: LabelValue = { kind: 'parts', left: 0, top: 0, width: 1, height: 1, data: Uint8Array.of(1) }
    const row = Uint8Array.from([1, 2, 0, 0, ...Array<number>(12).fill(0)])
    const value = predictionValue(schema, row, given, frame)
    if (value?.kind !== 'parts') throw new Error('not a mask')
    expect([value.left, value.top, value.width, value.height]).toEqual([2, 1, 8, 7])
    expect(Array.from(value.data.subarray(0, 8))).toEqual([1, 1, 2, 2, 0, 0, 0, 0])
    expect(Array.from(value.data.subarray(8, 16))).toEqual([1, 1, 2, 2, 0, 0, 0, 0])
    expect(Array.from(value.data.subarray(16, 24))).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  })

  it('codes depth in 16 bits within half a step, with invalid pixels as 0', () => {
    const schema = { kind: 'depth', unit: 'metre' } as const
    const given: LabelValue = {
      kind: 'depth',
      left: 0,
      top: 0,
      width: 1,
      height: 1,
      data: Uint16Array.of(1),
      scale: 1,
      offset: 0,
    }
    const row = Float32Array.from([2, 4, NaN, 3, ...Array<number>(12).fill(2)])
    const value = predictionValue(schema, row, given, frame)
    if (value?.kind !== 'depth') throw new Error('not a depth map')
    const decoded = Array.from(value.data.subarray(0, 8), (raw) =>
      raw === 0 ? null : raw * value.scale + value.offset,
    )
    expect(decoded[4]).toBeNull()
    expect(decoded[0]).toBeCloseTo(2, 4)
    expect(decoded[2]).toBeCloseTo(4, 4)
    expect(decoded[6]).toBeCloseTo(3, 4)
  })
})
