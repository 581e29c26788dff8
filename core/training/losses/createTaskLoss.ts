import { MendError } from '../../dataset/mendError.ts'
import type { TaskSchema } from '../../dataset/task.ts'
import { createAttributesLoss } from './attributesLoss.ts'
import { createDepthLoss } from './depthLoss.ts'
import { createKeypointsLoss } from './keypointsLoss.ts'
import type { MapGeometry } from './mapSampling.ts'
import { createPartsLoss } from './partsLoss.ts'
import type { Standardisation } from './standardisation.ts'
import type { TaskLoss } from './taskLoss.ts'
import { createVectorLoss } from './vectorLoss.ts'

/**
 * The loss of one task for batches of a fixed size. `scale` is needed for depth and vector.
 * @throws MendError `task-not-trainable` for a kind that this version's networks do not learn.
 */
export function createTaskLoss(
  schema: TaskSchema,
  batch: number,
  geometry: MapGeometry,
  scale: Standardisation,
): TaskLoss {
  switch (schema.kind) {
    case 'attributes':
      return createAttributesLoss(batch, schema.attributes.length)
    case 'keypoints':
      return createKeypointsLoss(batch, schema.flip, geometry, geometry.cropWidth / geometry.width)
    case 'parts':
      return createPartsLoss(batch, schema.flip, geometry)
    case 'depth':
      return createDepthLoss(batch, schema, geometry, scale)
    case 'vector':
      return createVectorLoss(batch, schema, scale)
    case 'identity':
      throw new MendError(
        'task-not-trainable',
        'identity tasks cannot be trained yet',
        'leave the task out with --tasks',
      )
  }
}
