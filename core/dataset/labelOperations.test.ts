import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Joint, LabelValue } from './label.ts'
import {
  applyOperation,
  humanEdit,
  invertOperation,
  type LabelOperation,
  type LabelVersion,
} from './labelOperations.ts'

const mark = fc.record({
  state: fc.constantFrom('labelled' as const, 'verified' as const, 'rejected' as const),
  origin: fc.constantFrom('imported' as const, 'human' as const, 'model' as const),
})
const answer = fc.constantFrom(true, false, null)
const joint: fc.Arbitrary<Joint> = fc.record({
  x: fc.double({ noNaN: true, min: -100, max: 100 }),
  y: fc.double({ noNaN: true, min: -100, max: 100 }),
  v: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
})
const attributes = fc
  .array(answer, { minLength: 4, maxLength: 4 })
  .map((values): LabelValue => ({ kind: 'attributes', values }))
const keypoints = fc
  .array(joint, { minLength: 4, maxLength: 4 })
  .map((joints): LabelValue => ({ kind: 'keypoints', joints }))
const parts = fc
  .uint8Array({ minLength: 30, maxLength: 30 })
  .map((data): LabelValue => ({ kind: 'parts', left: 3, top: -2, width: 6, height: 5, data: Uint8Array.from(data) }))

const setValue = fc
  .tuple(fc.oneof(attributes, keypoints, parts), mark)
  .map(([value, left]): LabelOperation => ({ type: 'set-value', value, mark: left }))
const clear = fc.constant<LabelOperation>({
  type: 'set-value',
  value: null,
  mark: { state: 'unlabelled', origin: 'human' },
})
const setState = mark.map((left): LabelOperation => ({ type: 'set-state', mark: left }))
const index = fc.integer({ min: 0, max: 3 })
const setAttribute = fc
  .tuple(index, answer, mark)
  .map(([at, value, left]): LabelOperation => ({ type: 'set-attribute', index: at, value, mark: left }))
const setJoint = fc
  .tuple(index, joint, mark)
  .map(([at, placed, left]): LabelOperation => ({ type: 'set-joint', index: at, joint: placed, mark: left }))
const swap = mark.map((left): LabelOperation => ({ type: 'swap-sides', flip: [1, 0, 2, 3], mark: left }))
const paint = fc
  .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 4 }), mark)
  .chain(([left, top, leaves]) =>
    fc.tuple(fc.integer({ min: 1, max: 6 - left }), fc.integer({ min: 1, max: 5 - top })).chain(([width, height]) =>
      fc.uint8Array({ minLength: width * height, maxLength: width * height }).map((data): LabelOperation => {
        return { type: 'paint-parts', left, top, width, height, data: Uint8Array.from(data), mark: leaves }
      }),
    ),
  )

/** A label and an operation that fits it. */
const edits = fc.oneof(
  fc.tuple(fc.oneof(attributes, keypoints, parts), fc.oneof(setValue, clear, setState)),
  fc.tuple(attributes, setAttribute),
  fc.tuple(keypoints, fc.oneof(setJoint, swap)),
  fc.tuple(parts, paint),
)

describe('label operations', () => {
  test('an operation followed by its inverse leaves the label as it was, state and origin included', () => {
    fc.assert(
      fc.property(edits, mark, ([value, operation], before) => {
        const version: LabelVersion = { value, ...before }
        const after = applyOperation(version, operation)
        expect(applyOperation(after, invertOperation(version, operation))).toEqual(version)
      }),
      { numRuns: 500 },
    )
  })

  test('an inverse is itself undone by its own inverse: redo', () => {
    fc.assert(
      fc.property(edits, mark, ([value, operation], before) => {
        const version: LabelVersion = { value, ...before }
        const after = applyOperation(version, operation)
        const undo = invertOperation(version, operation)
        expect(applyOperation(version, invertOperation(after, undo))).toEqual(after)
      }),
    )
  })

  test('an operation never changes the label that it is given', () => {
    const version: LabelVersion = {
      value: { kind: 'parts', left: 0, top: 0, width: 2, height: 1, data: Uint8Array.of(1, 2) },
      state: 'verified',
      origin: 'imported',
    }
    const data = Uint8Array.of(9)
    const painted = applyOperation(version, {
      type: 'paint-parts',
      left: 1,
      top: 0,
      width: 1,
      height: 1,
      data,
      mark: humanEdit,
    })
    expect(painted.value).toMatchObject({ data: Uint8Array.of(1, 9) })
    expect(painted).toMatchObject({ state: 'labelled', origin: 'human' })
    expect(version.value).toMatchObject({ data: Uint8Array.of(1, 2) })
  })

  test('an edit that does not fit the label is refused', () => {
    const version: LabelVersion = {
      value: { kind: 'attributes', values: [true] },
      state: 'labelled',
      origin: 'imported',
    }
    const misfits: LabelOperation[] = [
      { type: 'set-attribute', index: 1, value: true, mark: humanEdit },
      { type: 'set-joint', index: 0, joint: { x: 0, y: 0, v: 2 }, mark: humanEdit },
      { type: 'set-state', mark: { state: 'unlabelled', origin: 'human' } },
      { type: 'set-value', value: null, mark: humanEdit },
    ]
    for (const operation of misfits) {
      expect(() => applyOperation(version, operation)).toThrow(expect.objectContaining({ code: 'operation-misfit' }))
    }
  })
})
