import type { Split } from '../dataset/label.ts'
import type { TaskSchema } from '../dataset/task.ts'

/**
 * A snapshot is a frozen training set in a folder: `manifest.json`, image shards (uint8 RGB crops at the model's size)
 * and one flat little-endian array a task. Row i of everything is person i. The trainer reads nothing else.
 *
 * Label arrays, one row a person (rows without the label are filled with the missing value):
 * - attributes  Int8    [A]     1 yes, 0 no, −1 not annotated
 * - identity    Int32   [2]     index into `identities` or −1, camera or −1
 * - keypoints   Float32 [J,3]   x, y in crop pixels, visibility (dataset/label.ts); joints outside the crop are kept
 * - parts       Uint8   [H,W]   part number, 255 not annotated
 * - depth       Float32 [H,W]   value in the schema's unit, NaN invalid
 * - normals     Uint8   [H,W,3] 128 + 127 × the direction (dataset/normals.ts), 0 0 0 invalid
 * - vector      Float32 [D]     NaN not annotated
 */
export interface SnapshotManifest {
  readonly version: 1
  /** SHA-256 over the configuration of the freeze and every label revision in it. */
  readonly id: string
  readonly height: number
  readonly width: number
  readonly people: number
  readonly shards: readonly { readonly file: string; readonly first: number; readonly count: number }[]
  readonly tasks: readonly SnapshotTask[]
  /** Uint8 [people]: index into `splits` of dataset/label.ts. */
  readonly splitFile: string
  /** Float64 [people]: database ids. */
  readonly personFile: string
  /** Float64 [people, 6]: row-major 2×3 affine from image pixels to crop pixels. */
  readonly affineFile: string
  readonly counts: Readonly<Record<Split, number>>
}

export interface SnapshotTask {
  readonly name: string
  readonly schema: TaskSchema
  readonly file: string
  /** Uint8 [people]: 1 where the person has this label. */
  readonly presenceFile: string
  /** Float64 [people]: database ids of the labels, 0 where missing. */
  readonly labelFile: string
  /** Number of labels present. */
  readonly labels: number
  /** Identity tasks: the names behind the indices. */
  readonly identities?: readonly string[]
}
