import type { LabelValue } from '../dataset/label.ts'
import { MendError } from '../dataset/mendError.ts'
import { componentNames, type TaskSchema } from '../dataset/task.ts'
import { warpJoints, type Affine, type Size } from '../media/crop.ts'
import { warpDepth, warpNormals, warpParts } from '../media/warpLabels.ts'
import type { LabelRow } from './layout.ts'

export interface CropGeometry {
  /** Size of the image that the label lies in. */
  readonly image: Size
  /** From image pixels to crop pixels. */
  readonly affine: Affine
  readonly crop: Size
}

function mismatch(schema: TaskSchema, found: string): MendError {
  return new MendError(
    'label-mismatch',
    `a label of a ${schema.kind} task with ${componentNames(schema).length} components holds ${found}`,
    'The project is damaged: remove the source of this label and import it again.',
  )
}

/**
 * A label as its row of the snapshot (manifest.ts), in crop coordinates.
 * @throws MendError `label-mismatch` where value and schema do not belong together.
 */
export function labelRow(schema: TaskSchema, value: LabelValue, geometry: CropGeometry): LabelRow {
  const { affine, image, crop } = geometry
  if (schema.kind !== value.kind) throw mismatch(schema, `a value of kind ${value.kind}`)
  const entries = (expected: number, found: number): void => {
    if (expected !== found) throw mismatch(schema, `${found} entries`)
  }
  switch (value.kind) {
    case 'attributes':
      entries(componentNames(schema).length, value.values.length)
      return Int8Array.from(value.values, (answer) => (answer === null ? -1 : Number(answer)))
    case 'identity':
      return value
    case 'keypoints':
      entries(componentNames(schema).length, value.joints.length)
      return warpJoints(value.joints, affine)
    case 'parts':
      entries(value.width * value.height, value.data.length)
      return warpParts(value, image, affine, crop.width, crop.height)
    case 'depth':
      entries(value.width * value.height, value.data.length)
      return warpDepth(value, affine, crop.width, crop.height)
    case 'normals':
      entries(3 * value.width * value.height, value.data.length)
      return warpNormals(value, affine, crop.width, crop.height)
    case 'vector':
      if (schema.kind === 'vector') entries(schema.components.length, value.values.length)
      return Float32Array.from(value.values)
  }
}
