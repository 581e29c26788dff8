import { describe, expect, test } from 'vitest'
import type { LabelValue } from './label.ts'
import { boxDefect, isEmptyValue, labelDefect, sameLabelValue } from './labelValue.ts'
import type { TaskSchema } from './task.ts'

const mask = (left: number, top: number, width: number, ...data: number[]): LabelValue => {
  return { kind: 'parts', left, top, width, height: data.length / width, data: Uint8Array.from(data) }
}

describe('equal values', () => {
  test('masks in different windows are the same when the pixels are', () => {
    expect(sameLabelValue(mask(1, 1, 1, 5), mask(0, 0, 3, 0, 0, 0, 0, 5, 0))).toBe(true)
    expect(sameLabelValue(mask(1, 1, 1, 5), mask(0, 0, 3, 0, 0, 0, 0, 5, 1))).toBe(false)
    expect(sameLabelValue(mask(1, 1, 1, 5), mask(2, 1, 1, 5))).toBe(false)
  })

  test('not annotated outside is not background inside', () => {
    expect(sameLabelValue(mask(0, 0, 1, 0), mask(0, 0, 1, 255))).toBe(false)
  })

  test('vectors with NaN at the same places are equal', () => {
    const vector = (...values: number[]): LabelValue => ({ kind: 'vector', values: Float32Array.from(values) })
    expect(sameLabelValue(vector(1, Number.NaN), vector(1, Number.NaN))).toBe(true)
    expect(sameLabelValue(vector(1, Number.NaN), vector(1, 0))).toBe(false)
  })
})

describe('defects', () => {
  const parts: TaskSchema = { kind: 'parts', parts: ['bg', 'a'], flip: [0, 1] }

  test('a mask has to have its window and known parts', () => {
    expect(labelDefect(parts, mask(0, 0, 2, 0, 1, 255, 0))).toBeNull()
    expect(labelDefect(parts, mask(0, 0, 1, 2))).toContain('part number 2')
    expect(
      labelDefect(parts, { kind: 'parts', left: 0, top: 0, width: 3, height: 1, data: new Uint8Array(2) }),
    ).toContain('2 pixels')
    const huge: LabelValue = { kind: 'parts', left: 0, top: 0, width: 1e6, height: 1e6, data: new Uint8Array(1) }
    expect(labelDefect(parts, huge)).toContain('window')
  })

  test('joints have to be as many as the task has, at finite places', () => {
    const schema: TaskSchema = { kind: 'keypoints', joints: ['a', 'b'], edges: [], flip: [0, 1] }
    const at = (x: number): LabelValue => ({
      kind: 'keypoints',
      joints: [
        { x, y: 0, v: 2 },
        { x: 0, y: 0, v: 0 },
      ],
    })
    expect(labelDefect(schema, at(3))).toBeNull()
    expect(labelDefect(schema, at(Number.NaN))).toContain('joint 0')
    expect(labelDefect(schema, { kind: 'keypoints', joints: [] })).toBe('0 entries where the task has 2')
    expect(labelDefect(schema, mask(0, 0, 1, 0))).toContain('a parts value')
  })

  test('a box has an extent and finite numbers', () => {
    expect(boxDefect({ x: -3, y: 0, width: 1, height: 1 })).toBeNull()
    expect(boxDefect({ x: 0, y: 0, width: 0, height: 1 })).not.toBeNull()
    expect(boxDefect({ x: 0, y: Number.NaN, width: 1, height: 1 })).not.toBeNull()
  })
})

describe('empty values', () => {
  test('say nothing; a no, an absent joint and background say something', () => {
    expect(isEmptyValue({ kind: 'attributes', values: [null, null] })).toBe(true)
    expect(isEmptyValue({ kind: 'attributes', values: [null, false] })).toBe(false)
    expect(isEmptyValue({ kind: 'keypoints', joints: [{ x: 0, y: 0, v: 0 }] })).toBe(true)
    expect(isEmptyValue({ kind: 'keypoints', joints: [{ x: 0, y: 0, v: 3 }] })).toBe(false)
    expect(isEmptyValue(mask(0, 0, 1, 255))).toBe(true)
    expect(isEmptyValue(mask(0, 0, 1, 0))).toBe(false)
  })
})
