import type { TaskSchema } from '../../dataset/task.ts'
import { createAttributesMetric } from './attributesMetric.ts'
import { createDepthMetric } from './depthMetric.ts'
import { createIdentityMetric } from './identityMetric.ts'
import { createKeypointsMetric } from './keypointsMetric.ts'
import { createNormalsMetric } from './normalsMetric.ts'
import { createPartsMetric } from './partsMetric.ts'
import { createVectorMetric } from './vectorMetric.ts'

export interface MetricBatch<Given, Predicted> {
  /** Rows of a snapshot's label array, missing values included: they are never counted. */
  readonly given: Given
  /** As many rows of predictions, see each metric. */
  readonly predicted: Predicted
}

/** Sums over batches of any size; the order of the batches does not matter. */
export interface Metric<Given, Predicted> {
  add(batch: MetricBatch<Given, Predicted>): void
  /** Name → value of what could be measured so far; a name is missing where nothing of its kind was labelled. */
  result(): Record<string, number>
}

export type TaskMetric =
  | { readonly kind: 'attributes'; readonly metric: Metric<Int8Array, Float32Array> }
  | { readonly kind: 'identity'; readonly metric: Metric<Int32Array, Float32Array> }
  | { readonly kind: 'keypoints'; readonly metric: Metric<Float32Array, Float32Array> }
  | { readonly kind: 'parts'; readonly metric: Metric<Uint8Array, Uint8Array> }
  | { readonly kind: 'depth'; readonly metric: Metric<Float32Array, Float32Array> }
  | { readonly kind: 'normals'; readonly metric: Metric<Uint8Array, Uint8Array> }
  | { readonly kind: 'vector'; readonly metric: Metric<Float32Array, Float32Array> }

/** The metrics of methods.md 8 for one task. */
export function createTaskMetric(schema: TaskSchema): TaskMetric {
  switch (schema.kind) {
    case 'attributes':
      return { kind: schema.kind, metric: createAttributesMetric(schema.attributes.length) }
    case 'keypoints':
      return { kind: schema.kind, metric: createKeypointsMetric(schema.joints) }
    case 'parts':
      return { kind: schema.kind, metric: createPartsMetric(schema.parts.length) }
    case 'depth':
      return { kind: schema.kind, metric: createDepthMetric() }
    case 'normals':
      return { kind: schema.kind, metric: createNormalsMetric() }
    case 'vector':
      return { kind: schema.kind, metric: createVectorMetric(schema.groups) }
    case 'identity':
      return { kind: schema.kind, metric: createIdentityMetric() }
  }
}
