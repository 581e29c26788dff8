import { knownPeople } from '../../model/identityHead.ts'
import { ownMemory } from '../batch/batchMemory.ts'
import type { BatchMemory } from '../batch/batchMemory.ts'
import type { TaskSchema } from '../../dataset/task.ts'
import { createAttributesLoss } from './attributesLoss.ts'
import { createDepthLoss } from './depthLoss.ts'
import { createIdentityLoss } from './identityLoss.ts'
import { createKeypointsLoss } from './keypointsLoss.ts'
import type { MapGeometry } from './mapSampling.ts'
import { createNormalsLoss } from './normalsLoss.ts'
import { createPartsLoss } from './partsLoss.ts'
import type { Standardisation } from './standardisation.ts'
import type { TaskLoss } from './taskLoss.ts'
import { createVectorLoss } from './vectorLoss.ts'

/**
 * The loss of one task for batches of a fixed size, whose arrays come from `memory`. `scale` is needed for depth and vector.
 */
export function createTaskLoss(
  schema: TaskSchema,
  batch: number,
  geometry: MapGeometry,
  scale: Standardisation,
  memory: BatchMemory = ownMemory,
): TaskLoss {
  switch (schema.kind) {
    case 'attributes':
      return createAttributesLoss(batch, schema.attributes.length, memory)
    case 'keypoints':
      return createKeypointsLoss(batch, schema.flip, geometry, geometry.cropWidth / geometry.width, memory)
    case 'parts':
      return createPartsLoss(batch, schema.flip, geometry, memory)
    case 'depth':
      return createDepthLoss(batch, schema, geometry, scale, memory)
    case 'normals':
      return createNormalsLoss(batch, geometry, memory)
    case 'vector':
      return createVectorLoss(batch, schema, scale, memory)
    case 'identity':
      return createIdentityLoss(batch, knownPeople(schema), memory)
  }
}
