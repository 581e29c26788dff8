import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs'
import type { TaskSchema } from '../../dataset/task.ts'
import { head } from '../heads.ts'
import { sharedStyle } from '../scope.ts'
import type { Scope } from '../scope.ts'
import type { Streams } from './streams.ts'
import { ownStreams } from './tree.ts'
import type { Tree } from './tree.ts'

type Schemas = Readonly<Record<string, TaskSchema>>

/**
 * Raw outputs by task of a tree, of which no more is computed than the nodes that some task uses. Each node's weights are those of
 * its task's own network.
 *
 * @param images [B,H,W,3] standardised
 * @param tree missing: each task's own stream
 */
export function treeNetwork(
  scope: Scope,
  streams: Streams,
  tasks: Schemas,
  images: Tensor4D,
  tree: Tree = ownStreams(Object.keys(tasks).length, streams.layers.length),
): Record<string, Tensor> {
  const names = Object.keys(tasks)
  /** By layer and node, the features of each layer up to it, along its branch. */
  const made = new Map<string, readonly Tensor4D[]>()
  const branch = (layer: number, node: number): readonly Tensor4D[] => {
    const key = `${layer} ${node}`
    const known = made.get(key)
    if (known !== undefined) return known
    const below = layer === 0 ? [] : branch(layer - 1, tree.parents[layer - 1][node])
    const { reads, compute } = streams.layers[layer]
    const inputs = reads.length === 0 ? [images] : reads.map((read) => below[read])
    const grown = [...below, compute(nodeScope(scope, names, node), inputs)]
    made.set(key, grown)
    return grown
  }
  const top = streams.layers.length - 1
  return headOutputs(scope, streams, tasks, (node) => {
    const below = branch(top, tree.parents[top][node])
    return streams.headReads.map((read) => below[read])
  })
}

/**
 * Raw outputs by task where every node takes a mixture of the nodes below it: all streams are computed. Of mixtures that are each
 * one node it is that tree.
 *
 * @param edges [layers, tasks, tasks]: row k of layer l are the shares, of sum 1, of layer l's nodes in what node k above it sees
 */
export function mixedTreeNetwork(
  scope: Scope,
  streams: Streams,
  tasks: Schemas,
  images: Tensor4D,
  edges: Tensor3D,
): Record<string, Tensor> {
  const names = Object.keys(tasks)
  const shares = tf.unstack(edges) as Tensor2D[]
  const made: Tensor4D[][] = []
  /** Features of a layer as the nodes of another above it see them through what lies between. */
  const seen = (from: number, by: number): Tensor4D[] => {
    let through = shares[by - 1]
    for (let layer = by - 2; layer >= from; layer--) through = tf.matMul(through, shares[layer])
    return mixed(made[from], through)
  }
  const inputsOf = (reads: readonly number[], layer: number): Tensor4D[][] => {
    if (reads.length === 0) return names.map(() => [images])
    const inputs = reads.map((read) => seen(read, layer))
    return names.map((_, node) => inputs.map((each) => each[node]))
  }
  streams.layers.forEach(({ reads, compute }, layer) => {
    const inputs = inputsOf(reads, layer)
    made.push(names.map((_, node) => compute(nodeScope(scope, names, node), inputs[node])))
  })
  const inputs = inputsOf(streams.headReads, streams.layers.length)
  return headOutputs(scope, streams, tasks, (node) => inputs[node])
}

/** Features of every node of own streams by layer, [layer][task]: what tasks' affinities are found from. */
export function streamFeatures(
  scope: Scope,
  streams: Streams,
  tasks: readonly string[],
  images: Tensor4D,
): Tensor4D[][] {
  const made: Tensor4D[][] = []
  for (const { reads, compute } of streams.layers) {
    made.push(
      tasks.map((_, node) => {
        const inputs = reads.length === 0 ? [images] : reads.map((read) => made[read][node])
        return compute(nodeScope(scope, tasks, node), inputs)
      }),
    )
  }
  return made
}

function headOutputs(
  scope: Scope,
  streams: Streams,
  tasks: Schemas,
  inputsOf: (node: number) => readonly Tensor4D[],
): Record<string, Tensor> {
  const names = Object.keys(tasks)
  return Object.fromEntries(
    Object.entries(tasks).map(([task, schema], node) => {
      const features = streams.features(inputsOf(node))
      return [task, head(scope.styled({ ...sharedStyle, tasks: names, task }), task, schema, features)]
    }),
  )
}

function nodeScope(scope: Scope, tasks: readonly string[], node: number): Scope {
  return scope.styled({ ...sharedStyle, owns: 'all', tasks, task: tasks[node] })
}

/** Mixtures of equally large maps. @param shares [n, n], a row for each mixture */
function mixed(maps: readonly Tensor4D[], shares: Tensor2D): Tensor4D[] {
  const { shape } = maps[0]
  const rows = tf.concat(
    maps.map((map) => tf.reshape(map, [1, map.size])),
    0,
  )
  return tf.split(tf.matMul(shares, rows as Tensor2D), maps.length, 0).map((row) => tf.reshape(row, shape))
}
