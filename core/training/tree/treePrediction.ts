import type { Tensor, Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs'
import { chosenForm, treeStreams } from '../../model/network.ts'
import type { NetworkForm, TaskSchemas } from '../../model/network.ts'
import { Bound } from '../../model/scope.ts'
import { modulatedWeights } from '../../model/tree/hypernetworks.ts'
import type { Tree } from '../../model/tree/tree.ts'
import { mixedTreeNetwork, treeNetwork } from '../../model/tree/treeNetwork.ts'
import type { FeedShape, Weights } from '../../tensor/program.ts'
import type { TreeModelName } from '../networkChoices.ts'
import { phaseShapes, treeModelOf } from './treeStep.ts'

/** How a tree model predicts: one tree, or with null any that the program is fed. */
export interface TreePrediction {
  readonly model: TreeModelName
  readonly tree: Tree | null
}

/** Null for other models, and for the tasks' own networks, which are computed as any network is. */
export function treePredictionOf({
  model: form,
  anyTree = false,
}: {
  readonly model: NetworkForm
  readonly anyTree?: boolean
}): TreePrediction | null {
  const model = treeModelOf(form)
  if (model === null) return null
  if (anyTree) return { model, tree: null }
  const { tree } = chosenForm(form)
  return tree === undefined ? null : { model, tree }
}

/**
 * What predicting with a tree is fed besides images: the `condition` [K + 1], preferences of sum 1 and frugality, by which
 * normalisations change; and where one program serves every tree, its `edges` [L, K, K].
 */
export function treePredictionShapes({ model, tree }: TreePrediction, tasks: number): Record<string, FeedShape> {
  const { condition, edges } = phaseShapes(model, tasks, 'norms')
  return tree === null ? { condition, edges } : { condition }
}

/** Raw outputs by task: of one tree no more is computed than it has; of any that is fed, all streams. */
export function treePrediction(
  { model, tree }: TreePrediction,
  tasks: TaskSchemas,
  images: Tensor4D,
  feeds: Readonly<Record<string, Tensor>>,
  weights: Weights,
): Record<string, Tensor> {
  const scope = new Bound(modulatedWeights(weights, feeds['condition'] as Tensor1D))
  const streams = treeStreams(model)
  return tree === null
    ? mixedTreeNetwork(scope, streams, tasks, images, feeds['edges'] as Tensor3D)
    : treeNetwork(scope, streams, tasks, images, tree)
}
