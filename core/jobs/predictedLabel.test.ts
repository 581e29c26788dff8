import { describe, expect, test } from 'vitest'
import type { KeypointsSchema } from '../dataset/task.ts'
import { predictedLabel } from './predictedLabel.ts'

// A picture of 40×60; the crop of 10×10 shows its middle at half the size: x' = (x − 10)/2, y' = (y − 20)/2.
const frame = {
  affine: [0.5, 0, -5, 0, 0.5, -10],
  cropWidth: 10,
  cropHeight: 10,
  imageWidth: 40,
  imageHeight: 60,
}
const joints: KeypointsSchema = { kind: 'keypoints', joints: ['head', 'hand', 'foot'], edges: [], flip: [0, 1, 2] }

describe('a label that nobody gave', () => {
  test('has the joints that the network is certain of, in image pixels; the others stay open', () => {
    const row = Float32Array.of(2, 3, 0.9, 4, 4, 0.02, NaN, NaN, NaN)
    expect(predictedLabel(joints, row, frame)).toEqual({
      kind: 'keypoints',
      joints: [
        { x: 14, y: 26, v: 2 },
        { x: 0, y: 0, v: 0 },
        { x: 0, y: 0, v: 0 },
      ],
    })
  })

  test('is none where no joint was found, or all lie outside the picture', () => {
    expect(predictedLabel(joints, Float32Array.of(2, 3, 0.05, 4, 4, 0.02, 1, 1, 0), frame)).toBeNull()
    expect(predictedLabel(joints, Float32Array.of(-9, 3, 0.9, 4, -12, 0.9, 1, 90, 0.9), frame)).toBeNull()
  })

  test('answers every attribute, and fills the part of the picture that the crop shows', () => {
    const attributes = { kind: 'attributes', attributes: ['hat', 'bag'] } as const
    expect(predictedLabel(attributes, Float32Array.of(0.7, 0.2), frame)).toEqual({
      kind: 'attributes',
      values: [true, false],
    })
    const parts = { kind: 'parts', parts: ['background', 'coat'], flip: [0, 1] } as const
    const mask = predictedLabel(parts, new Uint8Array(100).fill(1), frame)
    expect(mask).toMatchObject({ kind: 'parts', left: 10, top: 20, width: 20, height: 20 })
    expect(mask?.kind === 'parts' && mask.data.every((part) => part === 1)).toBe(true)
  })

  test('names nobody: identities are compared', () => {
    expect(predictedLabel({ kind: 'identity' }, new Float32Array(128), frame)).toBeNull()
  })
})
