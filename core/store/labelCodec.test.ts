import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LabelValue } from '../dataset/label.ts'
import type { TaskSchema } from '../dataset/task.ts'
import { decodeLabelValue, encodeLabelValue } from './labelCodec.ts'

const partsSchema: TaskSchema = { kind: 'parts', parts: ['background', 'arm'], flip: [0, 1] }
const depthSchema: TaskSchema = { kind: 'depth', unit: 'metre' }

const window = fc.record({
  left: fc.integer({ min: -2000, max: 5000 }),
  top: fc.integer({ min: -2000, max: 5000 }),
  width: fc.integer({ min: 1, max: 24 }),
  height: fc.integer({ min: 1, max: 24 }),
})

const roundTrip = (schema: TaskSchema, value: LabelValue): LabelValue =>
  decodeLabelValue(schema, encodeLabelValue(value))

describe('stored label values', () => {
  test('a mask comes back pixel for pixel, with its window', () => {
    const masks = window.chain((place) =>
      fc
        .uint8Array({ minLength: place.width * place.height, maxLength: place.width * place.height })
        .map((data): LabelValue => ({ kind: 'parts', ...place, data: Uint8Array.from(data) })),
    )
    fc.assert(
      fc.property(masks, (value) => {
        expect(roundTrip(partsSchema, value)).toEqual(value)
      }),
    )
  })

  test('a mask of one part is a few bytes, whatever its size', () => {
    const data = new Uint8Array(1000 * 1000).fill(1)
    const bytes = encodeLabelValue({ kind: 'parts', left: 0, top: 0, width: 1000, height: 1000, data })
    // version 1, left 1, top 1, width 2, height 2, part 1, run of 10⁶ 3
    expect(bytes.length).toBe(11)
  })

  test('a depth map comes back raw value for raw value', () => {
    const maps = fc
      .tuple(window, fc.double({ noNaN: true }), fc.double({ noNaN: true }))
      .chain(([place, scale, offset]) =>
        fc
          .uint16Array({ minLength: place.width * place.height, maxLength: place.width * place.height })
          .map((data): LabelValue => ({ kind: 'depth', ...place, data: Uint16Array.from(data), scale, offset })),
      )
    fc.assert(
      fc.property(maps, (value) => {
        expect(roundTrip(depthSchema, value)).toEqual(value)
      }),
    )
  })

  test('normals come back raw value for raw value', () => {
    const maps = window.chain((place) => {
      const length = 3 * place.width * place.height
      return fc
        .uint16Array({ minLength: length, maxLength: length })
        .map((data): LabelValue => ({ kind: 'normals', ...place, data: Uint16Array.from(data) }))
    })
    fc.assert(
      fc.property(maps, (value) => {
        expect(roundTrip({ kind: 'normals' }, value)).toEqual(value)
      }),
    )
    const stored = encodeLabelValue({
      kind: 'normals',
      left: 0,
      top: 0,
      width: 1,
      height: 1,
      data: Uint16Array.of(1, 2, 3),
    })
    // The window says twice as many pixels as there are.
    stored[3] = 2
    expect(() => decodeLabelValue({ kind: 'normals' }, stored)).toThrow('cannot be decoded')
  })

  test('a vector keeps NaN, −0 and every float32 bit', () => {
    const schema: TaskSchema = { kind: 'vector', components: ['a', 'b', 'c'], groups: [], flip: null }
    const vectors = fc.float32Array({ minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(vectors, (values) => {
        const back = roundTrip(schema, { kind: 'vector', values: Float32Array.from(values) })
        expect(back).toEqual({ kind: 'vector', values: Float32Array.from(values) })
      }),
    )
    expect(roundTrip(schema, { kind: 'vector', values: Float32Array.of(-0, Number.NaN, 1 / 3) })).toEqual({
      kind: 'vector',
      values: Float32Array.of(-0, Number.NaN, 1 / 3),
    })
  })

  test('not annotated, no and yes stay three answers; hidden and absent joints stay apart', () => {
    const attributes: LabelValue = { kind: 'attributes', values: [null, false, true] }
    expect(roundTrip({ kind: 'attributes', attributes: ['a', 'b', 'c'] }, attributes)).toEqual(attributes)
    const keypoints: LabelValue = {
      kind: 'keypoints',
      joints: [
        { x: 0, y: 0, v: 0 },
        { x: 1.5, y: -2.25, v: 1 },
        { x: 0.1, y: 0.2, v: 2 },
        { x: 0, y: 0, v: 3 },
      ],
    }
    const schema: TaskSchema = { kind: 'keypoints', joints: ['a', 'b', 'c', 'd'], edges: [], flip: [0, 1, 2, 3] }
    expect(roundTrip(schema, keypoints)).toEqual(keypoints)
  })

  test('components that the task gained later read as not annotated', () => {
    const attributes = encodeLabelValue({ kind: 'attributes', values: [false] })
    expect(decodeLabelValue({ kind: 'attributes', attributes: ['hat', 'bag'] }, attributes)).toEqual({
      kind: 'attributes',
      values: [false, null],
    })
    const joints = encodeLabelValue({ kind: 'keypoints', joints: [{ x: 1, y: 2, v: 2 }] })
    const schema: TaskSchema = { kind: 'keypoints', joints: ['nose', 'neck'], edges: [], flip: [0, 1] }
    expect(decodeLabelValue(schema, joints)).toEqual({
      kind: 'keypoints',
      joints: [
        { x: 1, y: 2, v: 2 },
        { x: 0, y: 0, v: 0 },
      ],
    })
  })

  test('damaged bytes are an error, never a crash, a hang or another value', () => {
    const good = encodeLabelValue({ kind: 'parts', left: 0, top: 0, width: 4, height: 4, data: new Uint8Array(16) })
    for (const bytes of [good.slice(0, -1), Uint8Array.of(...good, 0), Uint8Array.of(9, 0, 0, 1, 1, 0, 1)]) {
      expect(() => decodeLabelValue(partsSchema, bytes)).toThrow(expect.objectContaining({ code: 'label-damaged' }))
    }
    // A window of 2²⁰ × 2²⁰ is refused before anything of that size is allocated.
    const huge = Uint8Array.of(1, 0, 0, 0x80, 0x80, 0x40, 0x80, 0x80, 0x40, 0, 1)
    expect(() => decodeLabelValue(partsSchema, huge)).toThrow(expect.objectContaining({ code: 'label-damaged' }))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          decodeLabelValue(partsSchema, bytes)
        } catch (error) {
          expect(error).toMatchObject({ code: 'label-damaged' })
        }
      }),
    )
  })
})
