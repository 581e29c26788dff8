import { visibility, type Joint, type LabelValue } from '../dataset/label.ts'
import type { TaskSchema } from '../dataset/task.ts'
import { predictionValue, type PredictionFrame, type PredictionRow } from './predictionValue.ts'

/** Certainty of a joint's place below which it is left "not annotated": the network has no place for it. */
const leastCertainty = 0.1

/**
 * A label that nobody gave yet, in image pixels, from a network's row in crop pixels. Joints that the network finds nowhere, or
 * outside the picture, stay "not annotated"; the others are `visible`, since networks say nothing of occlusion. null: the kind
 * cannot be predicted so (identities are compared, not named), or nothing is left of it.
 *
 * @param row aligned with the schema (alignedPrediction)
 */
export function predictedLabel(schema: TaskSchema, row: PredictionRow, frame: PredictionFrame): LabelValue | null {
  const value = predictionValue(schema, row, blank(schema), frame)
  if (value?.kind !== 'keypoints') return value
  const joints = value.joints.map((joint, at) => (isPlaced(joint, row[3 * at + 2], frame) ? joint : unseen))
  return joints.some(({ v }) => v !== visibility.notAnnotated) ? { kind: 'keypoints', joints } : null
}

const unseen: Joint = { x: 0, y: 0, v: visibility.notAnnotated }

function isPlaced({ x, y }: Joint, certainty: number, { imageWidth, imageHeight }: PredictionFrame): boolean {
  const inside = x >= 0 && y >= 0 && x <= imageWidth && y <= imageHeight
  return inside && certainty >= leastCertainty
}

/** A label that leaves nothing open, so that all of a prediction takes its place. */
function blank(schema: TaskSchema): LabelValue {
  switch (schema.kind) {
    case 'attributes':
      return { kind: 'attributes', values: schema.attributes.map(() => false) }
    case 'identity':
      return { kind: 'identity', identity: null, camera: null }
    case 'keypoints':
      return { kind: 'keypoints', joints: schema.joints.map(() => ({ x: 0, y: 0, v: visibility.visible })) }
    case 'parts':
      return { kind: 'parts', left: 0, top: 0, width: 0, height: 0, data: new Uint8Array(0) }
    case 'depth':
      return { kind: 'depth', left: 0, top: 0, width: 0, height: 0, data: new Uint16Array(0), scale: 1, offset: 0 }
    case 'normals':
      return { kind: 'normals', left: 0, top: 0, width: 0, height: 0, data: new Uint16Array(0) }
    case 'vector':
      return { kind: 'vector', values: new Float32Array(schema.components.length) }
  }
}
