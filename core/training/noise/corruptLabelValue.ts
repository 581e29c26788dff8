import type { DepthValue, Joint, LabelValue, NormalsValue, Visibility } from '../../dataset/label.ts'
import { visibility } from '../../dataset/label.ts'
import { byteOfComponent, componentOf, componentOfByte, isValidNormal, rawNormals } from '../../dataset/normals.ts'
import type { TaskSchema } from '../../dataset/task.ts'
import type { Random } from '../../synthetic/random.ts'
import type { LabelRow, NoiseFrame } from './kinds.ts'
import { corruptRow, noiseKindOf } from './plantNoise.ts'
import { disparityScale } from './valueNoise.ts'

/**
 * The noise of `plantNoise` on a label in image pixels, for datasets that are corrupted before they are imported.
 * `image` is the size of the picture that the joints lie in. A mask or depth map is treated within its own window, and a
 * depth map is normalised by its own largest disparity.
 * Identities are exchanged between labels, so a value alone cannot be: see `exchangeIdentity`.
 *
 * @returns a new value, or null where the kind cannot apply to this label.
 * @throws MendError `noise-kind-unknown`
 */
export function corruptLabelValue(
  schema: TaskSchema,
  value: LabelValue,
  kind: string,
  image: NoiseFrame,
  random: Random,
): LabelValue | null {
  const noise = noiseKindOf(schema, kind)
  const corrupt = (row: LabelRow, frame: NoiseFrame, scale = 0): LabelRow | null =>
    corruptRow(schema, noise, row, frame, { disparityScale: scale, identities: [] }, random)
  switch (value.kind) {
    case 'identity':
      return null
    case 'attributes': {
      const row = corrupt(
        Int8Array.from(value.values, (entry) => (entry === null ? -1 : Number(entry))),
        image,
      )
      return row && { kind: 'attributes', values: Array.from(row, (entry) => (entry < 0 ? null : entry === 1)) }
    }
    case 'keypoints': {
      const row = corrupt(Float32Array.from(value.joints.flatMap(({ x, y, v }) => [x, y, v])), image)
      return row && { kind: 'keypoints', joints: value.joints.map((_, joint) => jointOf(row, joint)) }
    }
    case 'parts': {
      const row = corrupt(value.data, value)
      return row instanceof Uint8Array ? { ...value, data: row } : null
    }
    case 'depth': {
      const depth = decodeDepth(value)
      const scale = schema.kind === 'depth' ? disparityScale(depth, schema.unit) : 0
      const row = corrupt(depth, value, scale)
      return row instanceof Float32Array ? encodeDepth(row, value) : null
    }
    case 'normals': {
      const row = corrupt(bytesOfNormals(value), value)
      return (
        row && {
          ...value,
          data: rawNormals(Float32Array.from(row, (byte) => (byte === 0 ? 0 : componentOfByte(byte)))),
        }
      )
    }
    case 'vector': {
      const row = corrupt(value.values, image)
      return row instanceof Float32Array ? { kind: 'vector', values: row } : null
    }
  }
}

function jointOf(row: LabelRow, joint: number): Joint {
  const state = row[3 * joint + 2]
  const known: Visibility | undefined = Object.values(visibility).find((candidate) => candidate === state)
  return { x: row[3 * joint], y: row[3 * joint + 1], v: known ?? visibility.notAnnotated }
}

function decodeDepth(value: DepthValue): Float32Array {
  return Float32Array.from(value.data, (raw) => (raw === 0 ? Number.NaN : raw * value.scale + value.offset))
}

function bytesOfNormals({ data }: NormalsValue): Uint8Array {
  return Uint8Array.from(data, (raw, at) =>
    isValidNormal(data, Math.floor(at / 3)) ? byteOfComponent(componentOf(raw)) : 0,
  )
}

/** The window and coding of `like`; a value that does not fit into 16 bits takes the nearest that does. */
function encodeDepth(row: Float32Array, like: DepthValue): DepthValue {
  const data = Uint16Array.from(row, (value) =>
    Number.isFinite(value) ? Math.min(65535, Math.max(1, Math.round((value - like.offset) / like.scale))) : 0,
  )
  return { ...like, data }
}
