import { endianness } from 'node:os'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { DepthValue, Joint, LabelValue, NormalsValue, PartsValue, Visibility } from '../dataset/label.ts'
import { MendError } from '../dataset/mendError.ts'
import { storedPlaces } from '../dataset/skeletonTemplate.ts'
import type { KeypointsSchema, TaskSchema } from '../dataset/task.ts'
import { ByteReader, ByteWriter } from './byteStream.ts'
import { readRuns, writeRuns } from './runLength.ts'

/** Larger windows are refused when decoding, before anything is allocated: 2²⁸ pixels. */
const maximumPixels = 2 ** 28
const codecVersion = 1

/**
 * A label's value as bytes. Parts: version, window, runs of (part, length), row-major. Depth: version, window, scale,
 * offset, raw-deflated little-endian uint16. Normals: version, window, the same of three a pixel. Vector: little-endian float32. The others: JSON in UTF-8.
 * @param schema needed for joints whose template was edited in the project
 * @param before what was stored: joints that the template no longer has stay as they are in it
 */
export function encodeLabelValue(value: LabelValue, schema?: TaskSchema, before?: Uint8Array): Uint8Array {
  switch (value.kind) {
    case 'parts':
      return encodeParts(value)
    case 'depth':
      return encodeDepth(value)
    case 'normals':
      return encodeNormals(value)
    case 'attributes':
      return json(value.values)
    case 'identity':
      return json({ identity: value.identity, camera: value.camera })
    case 'keypoints':
      return json(schema?.kind === 'keypoints' ? storedJoints(value.joints, schema, before) : value.joints.map(tupleOf))
    case 'vector':
      return encodeVector(value.values)
  }
}

/**
 * The value in the schema's current shape: components that the schema gained since read as not annotated.
 * Throws `label-damaged`.
 */
export function decodeLabelValue(schema: TaskSchema, bytes: Uint8Array): LabelValue {
  return undamaged(schema.kind, () => decode(schema, bytes))
}

/** @throws MendError `label-damaged` where `read` throws anything */
export function undamaged<T>(kind: TaskSchema['kind'], read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof MendError) throw error
    const hint = 'The project database is damaged: restore it from a copy, or remove and import the source again.'
    throw new MendError('label-damaged', `a stored ${kind} value cannot be decoded`, hint, { cause: error })
  }
}

function decode(schema: TaskSchema, bytes: Uint8Array): LabelValue {
  switch (schema.kind) {
    case 'parts':
      return decodeParts(bytes)
    case 'depth':
      return decodeDepth(bytes)
    case 'normals':
      return decodeNormals(bytes)
    case 'attributes': {
      const values = parse(bytes) as (boolean | null)[]
      return { kind: 'attributes', values: schema.attributes.map((_, index) => values[index] ?? null) }
    }
    case 'identity': {
      const { identity, camera } = parse(bytes) as { identity: string | null; camera: number | null }
      return { kind: 'identity', identity, camera }
    }
    case 'keypoints': {
      const joints = parse(bytes) as StoredJoint[]
      const missing: Joint = { x: 0, y: 0, v: 0 }
      return {
        kind: 'keypoints',
        joints: storedPlaces(schema).map((place) => {
          const joint = joints.at(place)
          return joint === undefined ? missing : { x: joint[0], y: joint[1], v: joint[2] }
        }),
      }
    }
    case 'vector':
      return { kind: 'vector', values: decodeVector(bytes, schema.components.length) }
  }
}

type StoredJoint = [number, number, Visibility]

const tupleOf = ({ x, y, v }: Joint): StoredJoint => [x, y, v]

function storedJoints(joints: readonly Joint[], schema: KeypointsSchema, before?: Uint8Array): StoredJoint[] {
  if (schema.stored === undefined) return joints.map(tupleOf)
  const former = before === undefined ? [] : (parse(before) as StoredJoint[])
  const stored = Array.from({ length: schema.stored.length }, (_, place): StoredJoint => former.at(place) ?? [0, 0, 0])
  schema.stored.places.forEach((place, index) => (stored[place] = tupleOf(joints[index])))
  return stored
}

function encodeParts(value: PartsValue): Uint8Array {
  const writer = new ByteWriter()
  writeWindow(writer, value)
  writeRuns(writer, value.data)
  return writer.finish()
}

function decodeParts(bytes: Uint8Array): PartsValue {
  const reader = new ByteReader(bytes)
  const window = readWindow(reader)
  const data = new Uint8Array(window.width * window.height)
  readRuns(reader, data)
  if (!reader.finished) throw new RangeError('bytes after the last run')
  return { kind: 'parts', ...window, data }
}

/** A part map as it is stored: its window, and runs (core/dataset/rasterRuns.ts) that are not looked at. */
export interface EncodedParts {
  readonly kind: 'encoded-parts'
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly runs: Uint8Array
}

/** The window of a stored part map, its pixels left as they are. @throws MendError `label-damaged` */
export function encodedParts(bytes: Uint8Array): EncodedParts {
  return undamaged('parts', () => {
    const reader = new ByteReader(bytes)
    return { kind: 'encoded-parts', ...readWindow(reader), runs: reader.rest() }
  })
}

function encodeDepth(value: DepthValue): Uint8Array {
  const writer = new ByteWriter()
  writeWindow(writer, value)
  writer.float64(value.scale)
  writer.float64(value.offset)
  writer.bytes(deflated(value.data))
  return writer.finish()
}

function deflated(data: Uint16Array): Uint8Array {
  const raw = new Uint8Array(data.length * 2)
  const view = new DataView(raw.buffer)
  for (let index = 0; index < data.length; index++) view.setUint16(index * 2, data[index], true)
  return deflateRawSync(raw, { level: 6 })
}

/** @throws RangeError where it is not of `count` values */
function inflated(bytes: Uint8Array, count: number): Uint16Array {
  const raw = inflateRawSync(bytes, { maxOutputLength: Math.max(1, count * 2) })
  if (raw.length !== count * 2) throw new RangeError('a raster of another size')
  if (endianness() === 'BE') raw.swap16()
  return new Uint16Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length))
}

function decodeDepth(bytes: Uint8Array): DepthValue {
  const reader = new ByteReader(bytes)
  const window = readWindow(reader)
  const scale = reader.float64()
  const offset = reader.float64()
  const data = inflated(reader.rest(), window.width * window.height)
  return { kind: 'depth', ...window, data, scale, offset }
}

function encodeNormals(value: NormalsValue): Uint8Array {
  const writer = new ByteWriter()
  writeWindow(writer, value)
  writer.bytes(deflated(value.data))
  return writer.finish()
}

function decodeNormals(bytes: Uint8Array): NormalsValue {
  const reader = new ByteReader(bytes)
  const window = readWindow(reader)
  return { kind: 'normals', ...window, data: inflated(reader.rest(), 3 * window.width * window.height) }
}

function encodeVector(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4)
  const view = new DataView(bytes.buffer)
  for (let index = 0; index < values.length; index++) view.setFloat32(index * 4, values[index], true)
  return bytes
}

function decodeVector(bytes: Uint8Array, components: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const values = new Float32Array(components).fill(Number.NaN)
  const stored = Math.min(components, bytes.byteLength / 4)
  for (let index = 0; index < stored; index++) values[index] = view.getFloat32(index * 4, true)
  return values
}

interface Window {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

function writeWindow(writer: ByteWriter, window: Window): void {
  writer.byte(codecVersion)
  writer.signedVarint(window.left)
  writer.signedVarint(window.top)
  writer.varint(window.width)
  writer.varint(window.height)
}

function readWindow(reader: ByteReader): Window {
  const version = reader.byte()
  if (version !== codecVersion) throw new RangeError(`codec version ${version}`)
  const window = {
    left: reader.signedVarint(),
    top: reader.signedVarint(),
    width: reader.varint(),
    height: reader.varint(),
  }
  if (window.width * window.height > maximumPixels) throw new RangeError('window too large')
  return window
}

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}

function parse(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes).toString('utf8'))
}
