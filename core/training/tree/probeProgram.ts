import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { treeStreams } from '../../model/network.ts'
import { Bound } from '../../model/scope.ts'
import { streamFeatures } from '../../model/tree/treeNetwork.ts'
import type { Program } from '../../tensor/program.ts'
import type { TreeModelName } from '../networkChoices.ts'
import type { MapGeometry } from '../losses/mapSampling.ts'
import { BatchPipeline } from '../pipeline/batchPipeline.ts'
import { standardise } from '../standardiseImages.ts'
import type { ProbeFeatures } from './affinity.ts'

/** Images that tasks' affinities are found from. */
const probeImages = 64

/** The features of every layer of every task's own stream: `images` [B,H,W,3] in, outputs as `probeKey` names them. */
export function probeProgram(
  model: TreeModelName,
  tasks: readonly string[],
  { batch, height, width }: { readonly batch: number; readonly height: number; readonly width: number },
): Program {
  return {
    name: 'probe',
    feeds: { images: { shape: [batch, height, width, 3], dtype: 'float32' } },
    compute(feeds, weights) {
      const images = standardise(feeds['images'] as Tensor4D)
      const features = streamFeatures(new Bound(weights), treeStreams(model), tasks, images)
      const outputs = features.flatMap((layer, at) =>
        layer.map((each, task) => [probeKey(at, task), tf.reshape(each, [batch, each.size / batch])] as const),
      )
      return { outputs: Object.fromEntries(outputs) }
    },
  }
}

function probeKey(layer: number, task: number): string {
  return `layer${layer}_task${task}`
}

/** The first rows of a probe's outputs, [task][layer]. */
export function probeFeatures(
  outputs: Readonly<Record<string, Float32Array | Int32Array>>,
  { layers, tasks, batch, rows }: { layers: number; tasks: number; batch: number; rows: number },
): ProbeFeatures[][] {
  return Array.from({ length: tasks }, (_, task) =>
    Array.from({ length: layers }, (_, layer) => {
      const values = outputs[probeKey(layer, task)] as Float32Array
      const length = values.length / batch
      return Array.from({ length: rows }, (_, row) => values.slice(row * length, (row + 1) * length))
    }),
  )
}

/** The images of the first people, unchanged, by batch, and how many of each are people. */
export function* probeBatches({
  snapshotFolder,
  batch,
  geometry,
  people,
}: {
  readonly snapshotFolder: string
  readonly batch: number
  readonly geometry: MapGeometry
  readonly people: Int32Array
}): Generator<{ images: Float32Array; rows: number }> {
  const pipeline = new BatchPipeline({ snapshotFolder, batch, geometry, seed: 0, augment: null, tasks: [] })
  try {
    const chosen = people.slice().sort().subarray(0, probeImages)
    for (let start = 0; start < chosen.length; start += batch) {
      const part = chosen.subarray(start, start + batch)
      pipeline.order(part, null)
      yield { images: pipeline.take().images, rows: part.length }
    }
  } finally {
    pipeline.close()
  }
}
