import { expect, it } from 'vitest'
import { decodeEpochLabels, decodeLabelIds, encodeEpochLabels, encodeLabelIds } from './runLabelBlob.ts'

it('keeps loss, s and margin of every label, missing values included, in 12 bytes a label', () => {
  const empty = new Float32Array(2).fill(NaN)
  const bytes = encodeEpochLabels({
    epoch: 3,
    loss: Float32Array.of(0.5, 2),
    s: Float32Array.of(-1, NaN),
    margin: Float32Array.of(4, 5),
    lowMargin: empty,
    softmin: empty,
    swapLoss: empty,
    componentLoss: empty,
    componentS: empty,
    componentSurprise: empty,
  })
  expect(bytes).toHaveLength(24)
  // 0.5 as little-endian IEEE 754 single precision is 0x3f000000.
  expect(Array.from(bytes.subarray(0, 4))).toEqual([0, 0, 0, 0x3f])
  const { loss, s, margin } = decodeEpochLabels(bytes)
  expect([Array.from(loss), Array.from(s), Array.from(margin)]).toEqual([
    [0.5, 2],
    [-1, NaN],
    [4, 5],
  ])
})

it('keeps ids beyond 32 bits', () => {
  const ids = Float64Array.of(1, 2 ** 40)
  expect(decodeLabelIds(encodeLabelIds(ids))).toEqual(ids)
})
