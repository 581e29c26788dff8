import type { Box, LabelValue, PartsValue } from './label.ts'
import { notAnnotatedPart } from './label.ts'
import { normalsDefect } from './normals.ts'
import type { TaskSchema } from './task.ts'

const largestCoordinate = 1e7
const largestWindow = 2 ** 28

/** Why a value cannot be one of this schema, in words; null: it can. What importers yield is checked with this. */
export function labelDefect(schema: TaskSchema, value: LabelValue): string | null {
  if (schema.kind !== value.kind) return `a ${value.kind} value where the task is ${schema.kind}`
  switch (value.kind) {
    case 'attributes':
      return schema.kind === 'attributes' ? countDefect(value.values.length, schema.attributes.length) : null
    case 'keypoints': {
      if (schema.kind === 'keypoints' && value.joints.length !== schema.joints.length) {
        return countDefect(value.joints.length, schema.joints.length)
      }
      const wild = value.joints.findIndex((joint) => !isCoordinate(joint.x) || !isCoordinate(joint.y))
      return wild < 0 ? null : `joint ${wild} lies at (${value.joints[wild].x}, ${value.joints[wild].y})`
    }
    case 'vector': {
      if (schema.kind === 'vector' && value.values.length !== schema.components.length) {
        return countDefect(value.values.length, schema.components.length)
      }
      return value.values.some((entry) => entry === Infinity || entry === -Infinity) ? 'an infinite component' : null
    }
    case 'parts':
      return rasterDefect(value) ?? (schema.kind === 'parts' ? partDefect(value, schema.parts.length) : null)
    case 'depth': {
      if (!Number.isFinite(value.scale) || !Number.isFinite(value.offset)) return 'a scale or offset that is no number'
      return rasterDefect(value)
    }
    case 'normals':
      return rasterDefect(value, 3) ?? normalsDefect(value)
    case 'identity':
      return value.camera === null || Number.isInteger(value.camera) ? null : `camera ${value.camera}`
  }
}

/** Why a box cannot be one, in words; null: it can. */
export function boxDefect(box: Box): string | null {
  const finite = [box.x, box.y, box.width, box.height].every(isCoordinate)
  return finite && box.width > 0 && box.height > 0 ? null : `box ${JSON.stringify(box)}`
}

/** Whether a value says nothing at all: every component "not annotated". Such a value is no label. */
export function isEmptyValue(value: LabelValue): boolean {
  switch (value.kind) {
    case 'attributes':
      return value.values.every((answer) => answer === null)
    case 'keypoints':
      return value.joints.every((joint) => joint.v === 0)
    case 'vector':
      return value.values.every((entry) => Number.isNaN(entry))
    case 'parts':
      return value.data.every((part) => part === notAnnotatedPart)
    case 'depth':
    case 'normals':
      return value.data.every((raw) => raw === 0)
    case 'identity':
      return false
  }
}

/** Whether two values say the same. Masks and depth maps may lie in different windows. */
export function sameLabelValue(a: LabelValue, b: LabelValue): boolean {
  switch (a.kind) {
    case 'attributes':
      return b.kind === 'attributes' && sameEntries(a.values, b.values)
    case 'identity':
      return b.kind === 'identity' && a.identity === b.identity && a.camera === b.camera
    case 'keypoints':
      if (b.kind !== 'keypoints' || a.joints.length !== b.joints.length) return false
      return a.joints.every((joint, index) => {
        const other = b.joints[index]
        return joint.x === other.x && joint.y === other.y && joint.v === other.v
      })
    case 'vector':
      return b.kind === 'vector' && sameEntries(Array.from(a.values), Array.from(b.values))
    case 'parts':
      return b.kind === 'parts' && sameRaster(a, b)
    case 'depth':
      return b.kind === 'depth' && a.scale === b.scale && a.offset === b.offset && sameRaster(a, b)
    case 'normals':
      return b.kind === 'normals' && sameRaster(a, b, 3)
  }
}

interface Raster {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly data: ArrayLike<number>
}

/** Equal where either has a window; outside a window both are 0 (background, invalid). */
function sameRaster(a: Raster, b: Raster, channels = 1): boolean {
  return coveredBy(a, b, channels) && coveredBy(b, a, channels)
}

function coveredBy(a: Raster, b: Raster, channels: number): boolean {
  for (let row = 0, index = 0; row < a.height; row++) {
    const otherRow = a.top + row - b.top
    const rowInside = otherRow >= 0 && otherRow < b.height
    for (let column = 0; column < a.width; column++) {
      const otherColumn = a.left + column - b.left
      const inside = rowInside && otherColumn >= 0 && otherColumn < b.width
      const other = (otherRow * b.width + otherColumn) * channels
      for (let channel = 0; channel < channels; channel++, index++) {
        if (a.data[index] !== (inside ? b.data[other + channel] : 0)) return false
      }
    }
  }
  return true
}

function rasterDefect(value: Raster, channels = 1): string | null {
  const { left, top, width, height } = value
  const whole = [left, top, width, height].every((entry) => Number.isInteger(entry))
  const inRange = Math.abs(left) <= largestCoordinate && Math.abs(top) <= largestCoordinate && width > 0 && height > 0
  if (!whole || !inRange || width * height > largestWindow) return `a window of ${width}×${height} at (${left}, ${top})`
  const pixels = value.data.length / channels
  return pixels === width * height ? null : `${pixels} pixels for a window of ${width}×${height}`
}

function partDefect(value: PartsValue, parts: number): string | null {
  const wild = value.data.find((part) => part >= parts && part !== notAnnotatedPart)
  return wild === undefined ? null : `part number ${wild} where there are ${parts}`
}

function countDefect(found: number, expected: number): string | null {
  return found === expected ? null : `${found} entries where the task has ${expected}`
}

function isCoordinate(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) <= largestCoordinate
}

function sameEntries<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((entry, index) => Object.is(entry, b[index]))
}
