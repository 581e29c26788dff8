import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import type { TaskSchema } from '../dataset/task.ts'
import { relu } from '../tensor/kernels.ts'
import { identityHead, knownPeople } from './identityHead.ts'
import { convolution, convolutionBlock, dense, globalAverage, normalisation } from './layers.ts'
import type { Features } from './resnet.ts'
import type { Scope } from './scope.ts'

/**
 * One task's outputs from the shared features, raw: attributes [B,A] logits; keypoints [B,h,w,J] and parts [B,h,w,C] logits, depth
 * [B,h,w,1] standardised and normals [B,h,w,3] of any length, at a quarter of the crop's size; vector [B,D] standardised; identity
 * see `identityHead`.
 */
export function head(scope: Scope, task: string, schema: TaskSchema, features: Features): Tensor {
  const name = `head/${task}`
  switch (schema.kind) {
    case 'attributes':
    case 'vector':
    case 'identity':
      return globalOutput(scope, name, schema, globalFeatures(scope, name, features))
    case 'keypoints':
      return denseMap(scope, name, features, schema.joints.length)
    case 'parts':
      return denseMap(scope, name, features, schema.parts.length)
    case 'depth':
      return denseMap(scope, name, features, 1)
    case 'normals':
      return denseMap(scope, name, features, 3)
  }
}

/** What a task says of a person as a whole, from a person's features [B,F]. */
export function globalOutput(
  scope: Scope,
  name: string,
  schema: Extract<TaskSchema, { readonly kind: 'attributes' | 'vector' | 'identity' }>,
  features: Tensor2D,
): Tensor {
  switch (schema.kind) {
    case 'attributes':
      return dense(scope, name, features, schema.attributes.length, 0.1)
    case 'vector':
      return dense(scope, name, features, schema.components.length, 0.1)
    case 'identity':
      return identityHead(scope, name, features, knownPeople(schema).length)
  }
}

/** Name of the weight that a task's outputs start from, to be set to the task's prior. */
export function outputBias(task: string, schema: TaskSchema): string {
  const global = schema.kind === 'attributes' || schema.kind === 'vector' || schema.kind === 'identity'
  return global ? `head/${task}/bias` : `head/${task}/out/bias`
}

function denseMap(scope: Scope, name: string, { map, groupSize }: Features, outputs: number): Tensor {
  const filters = map.shape[3]
  const x = convolutionBlock(scope, `${name}/conv`, map, { filters, kernel: 3, groupSize })
  return convolution(scope, `${name}/out`, x, { filters: outputs, kernel: 1, bias: true, gain: 1 })
}

/**
 * The deepest features with their layout (what a pose depends on), and the mean of the map (what a colour depends on).
 */
function globalFeatures(scope: Scope, name: string, { deep, map }: Features): Tensor2D {
  const [batch, height, width, channels] = deep.shape
  const layout = tf.reshape(deep, [batch, height * width * channels]) as Tensor2D
  const joined = tf.concat([layout, globalAverage(map)], 1) as Tensor2D
  const units = Math.min(256, channels)
  const hidden = tf.reshape(dense(scope, `${name}/hidden`, joined, units), [batch, 1, 1, units]) as Tensor4D
  // Normalised over its units: hundreds of positive inputs move together under Adam, and would switch a bare ReLU off for good.
  const normal = normalisation(scope, `${name}/hidden/norm`, hidden, units)
  return relu(tf.reshape(normal, [batch, units])) as Tensor2D
}
