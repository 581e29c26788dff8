import type { IdentityValue } from '../dataset/label.ts'
import type { TaskSchema } from '../dataset/task.ts'

/** Arrays of label rows as manifest.ts lays them out; every supported machine is little-endian, as the files are. */
export type LabelRows = Int8Array | Uint8Array | Int32Array | Float32Array

/** One person's label as the writer takes it: a row of the task's array, or an identity still by name. */
export type LabelRow = LabelRows | IdentityValue

export interface RowLayout {
  /** Dimensions of one row. */
  readonly shape: readonly number[]
  /** Elements of one row. */
  readonly length: number
  readonly bytesPerElement: 1 | 4
  /** What fills the row of a person without the label. */
  readonly missing: number
  readonly allocate: (elements: number) => LabelRows
}

function layout(shape: readonly number[], missing: number, allocate: RowLayout['allocate']): RowLayout {
  const length = shape.reduce((product, size) => product * size, 1)
  return { shape, length, bytesPerElement: allocate(0).BYTES_PER_ELEMENT === 1 ? 1 : 4, missing, allocate }
}

/** How a task's rows lie in its file, for crops of `height` × `width` pixels. */
export function rowLayout(schema: TaskSchema, height: number, width: number): RowLayout {
  switch (schema.kind) {
    case 'attributes':
      return layout([schema.attributes.length], -1, (n) => new Int8Array(n))
    case 'identity':
      return layout([2], -1, (n) => new Int32Array(n))
    case 'keypoints':
      return layout([schema.joints.length, 3], 0, (n) => new Float32Array(n))
    case 'parts':
      return layout([height, width], 255, (n) => new Uint8Array(n))
    case 'depth':
      return layout([height, width], NaN, (n) => new Float32Array(n))
    case 'normals':
      return layout([height, width, 3], 0, (n) => new Uint8Array(n))
    case 'vector':
      return layout([schema.components.length], NaN, (n) => new Float32Array(n))
  }
}

/** The bytes of a typed array, shared. */
export function bytesOf(array: LabelRows | Float64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

/** A task to be written into a snapshot. */
export interface SnapshotTaskInput {
  readonly name: string
  readonly schema: TaskSchema
}
