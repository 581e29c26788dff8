import { expect, test } from 'vitest'
import type { NormalsValue } from './label.ts'
import { labelDefect, sameLabelValue } from './labelValue.ts'
import { labelSummary } from './labelSummary.ts'
import {
  angleBetween,
  byteOfComponent,
  componentOf,
  componentOfByte,
  normalChannel,
  rawComponent,
  rawNormals,
} from './normals.ts'

const map = (left: number, width: number, ...data: number[]): NormalsValue => ({
  kind: 'normals',
  left,
  top: 0,
  width,
  height: data.length / width / 3,
  data: Uint16Array.from(data),
})
const facing = [32768, 32768, 65535]

test('components are stored so that 0 and ±1 are exact and a mirrored one is the mirrored number', () => {
  expect([-1, 0, 1].map(rawComponent)).toEqual([1, 32768, 65535])
  expect([1, 32768, 65535].map(componentOf)).toEqual([-1, 0, 1])
  expect(rawComponent(-0.6)).toBe(65536 - rawComponent(0.6))
  expect([-1, 0, 1].map(byteOfComponent)).toEqual([1, 128, 255])
  expect([1, 128, 255].map(componentOfByte)).toEqual([-1, 0, 1])
})

test('directions of any length are stored as of length 1, and nothing is made of none', () => {
  // (3, 0, 4)/5 = (.6, 0, .8): 32768 + 19660.2 and 26213.6.
  expect([...rawNormals([3, 0, 4, 0, 0, 0, Number.NaN, 0, 1])]).toEqual([52428, 32768, 58982, 0, 0, 0, 0, 0, 0])
})

test('angles are exact where an arc cosine is not', () => {
  expect(angleBetween(1, 0, 0, 0, 1, 0)).toBeCloseTo(90, 10)
  expect(angleBetween(0, 0, 1, 0, 0, -1)).toBeCloseTo(180, 10)
  const small = 1e-9
  expect(angleBetween(0, 0, 1, small, 0, 1)).toBeCloseTo((small * 180) / Math.PI, 15)
})

test('what faces the camera is lilac, as the field draws it', () => {
  expect([0, 0, 1].map(normalChannel)).toEqual([128, 128, 255])
  expect([-1, 1, 0].map(normalChannel)).toEqual([0, 255, 128])
})

test('a map has three numbers a pixel, each direction of length 1 or none', () => {
  const schema = { kind: 'normals' } as const
  expect(labelDefect(schema, map(0, 2, ...facing, 0, 0, 0))).toBeNull()
  expect(labelDefect(schema, map(0, 1, 65535, 32768, 65535))).toBe('a normal of length 1.41 at pixel 0')
  expect(labelDefect(schema, { ...map(0, 1, ...facing), width: 2 })).toBe('1 pixels for a window of 2×1')
})

test('maps are the same where they say the same, whatever their windows', () => {
  expect(sameLabelValue(map(0, 2, 0, 0, 0, ...facing), map(1, 1, ...facing))).toBe(true)
  expect(sameLabelValue(map(0, 2, ...facing, 0, 0, 0), map(1, 1, ...facing))).toBe(false)
  expect(sameLabelValue(map(0, 1, ...facing), map(0, 1, 32768, 65535, 32768))).toBe(false)
})

test('a map in a few words', () => {
  expect(labelSummary({ kind: 'normals' }, map(0, 2, ...facing, 0, 0, 0))).toBe('50% valid of 2 × 1')
})
