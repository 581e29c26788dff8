import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import type { TaskSchema } from '../dataset/task.ts'
import type { ModelName } from '../training/configuration.ts'
import { head } from './heads.ts'
import { resnet18, resnet50 } from './resnet.ts'
import type { Features } from './resnet.ts'
import { Declaration } from './scope.ts'
import type { Scope } from './scope.ts'
import { unet } from './unet.ts'

/** Height and width of a dense output are the crop's divided by this, rounded up. */
export const outputStride = 4

/** Task name → schema, in a fixed order. */
export type TaskSchemas = Readonly<Record<string, TaskSchema>>

const backbones: Readonly<Record<ModelName, (scope: Scope, images: Tensor4D) => Features>> = {
  tiny: (scope, images) => resnet18(scope, images, { channels: [16, 32, 64, 128], groupSize: 8, decoder: 32 }),
  'tiny-unet': (scope, images) => unet(scope, images, { channels: 16, groupSize: 8 }),
  r18: (scope, images) => resnet18(scope, images, { channels: [64, 128, 256, 512], groupSize: 16, decoder: 128 }),
  r50: (scope, images) => resnet50(scope, images, { channels: [64, 128, 256, 512], groupSize: 16, decoder: 256 }),
}

/** Raw outputs by task of one network with a shared trunk and one head a task; images [B,H,W,3] standardised. */
export function network(scope: Scope, model: ModelName, tasks: TaskSchemas, images: Tensor4D): Record<string, Tensor> {
  const features = backbones[model](scope, images)
  return Object.fromEntries(Object.entries(tasks).map(([task, schema]) => [task, head(scope, task, schema, features)]))
}

/** Weights, parameter count and MACs an image of a network, drawn from a seed. */
export function declareNetwork(
  model: ModelName,
  tasks: TaskSchemas,
  size: { readonly height: number; readonly width: number },
  seed: number,
): Declaration {
  const declaration = new Declaration(seed)
  tf.tidy(() => {
    network(declaration, model, tasks, tf.zeros([1, size.height, size.width, 3]))
  })
  return declaration
}
