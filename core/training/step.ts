import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs'
import type { TaskSchema } from '../dataset/task.ts'
import { chosenForm, network } from '../model/network.ts'
import type { NetworkForm, TaskSchemas } from '../model/network.ts'
import { embeddingOf } from '../model/identityHead.ts'
import { enlarge } from '../model/layers.ts'
import { Bound } from '../model/scope.ts'
import type { SlimConfiguration } from '../model/slim/widths.ts'
import { isTrainable, ownerOf } from '../model/weightNames.ts'
import { warpImages } from '../tensor/kernels.ts'
import type { FeedShape, Program, Weights } from '../tensor/program.ts'
import { balancedGradients } from './balancing/balancedGradients.ts'
import type { BalancedGradients } from './balancing/balancedGradients.ts'
import { balanceFeeds, isPlain } from './balancing/balanceForm.ts'
import type { BalanceForm } from './balancing/balanceForm.ts'
import { clippedGradients } from './clippedGradients.ts'
import type { TaskLoss } from './losses/taskLoss.ts'
import { passFeeds, passShapes } from './passFeeds.ts'
import { distillationOf, sandwiches, sandwichTerms, slimModelOf } from './sandwich.ts'
import { standardise } from './standardiseImages.ts'
import { treePrediction, treePredictionOf, treePredictionShapes } from './tree/treePrediction.ts'
import { movedIn, phaseShapes, treeModelOf, treeTerms } from './tree/treeStep.ts'
import type { TreePhase } from './tree/treeSchedule.ts'

export interface StepOptions {
  readonly model: NetworkForm
  readonly tasks: TaskSchemas
  readonly batch: number
  readonly height: number
  readonly width: number
  readonly clipNorm: number
  /** How the tasks' losses become one update; missing: they are added up. */
  readonly balance?: BalanceForm
  /** Of a slim model: what is computed besides the largest configuration. */
  readonly sandwich?: readonly SlimConfiguration[]
  /** Of a tree model: what the step learns; missing: the tasks' own networks. */
  readonly phase?: TreePhase
}

export interface PredictionOptions extends Omit<StepOptions, 'clipNorm'> {
  /** Of a tree model: one program for every tree, which it is fed. Without, and without a tree: the tasks' own networks. */
  readonly anyTree?: boolean
  /** Of one tree: its normalisations are those of its preference already, so that none is fed. */
  readonly adapted?: boolean
}

/** A task's feed or output in a program: tasks are numbered, since their names may hold anything. */
export function taskKey(index: number, name: string): string {
  return `t${index}_${name}`
}

/**
 * One training step as a pure function of its feeds and the weights. Feeds: `images` [B,H,W,3] 0 … 255, `transforms` [B,8],
 * `colour` [B,6], each task's, and those of passFeeds.ts and balanceForm.ts. Outputs: each task's, the weighted `objective`,
 * `gradientNorm` before clipping, and those of balancedGradients.ts.
 */
export function trainingProgram(options: StepOptions, losses: readonly TaskLoss[], name = 'train'): Program {
  const { model, tasks, batch, height, width, clipNorm, balance, sandwich, phase = 'anchors' } = options
  const tree = treeModelOf(model)
  const taskFeeds = losses.flatMap((loss, index) =>
    Object.entries(loss.feeds).map(([name, shape]) => [taskKey(index, name), shape] as const),
  )
  return {
    name,
    feeds: {
      images: { shape: [batch, height, width, 3], dtype: 'float32' },
      transforms: { shape: [batch, 8], dtype: 'float32' },
      colour: { shape: [batch, 6], dtype: 'float32' },
      ...passShapes(options),
      ...(tree !== null && phaseShapes(tree, losses.length, phase)),
      ...(balance && balanceFeeds(balance, losses.length, batch)),
      ...(Object.fromEntries(taskFeeds) as Record<string, FeedShape>),
    },
    compute(feeds, weights) {
      const names = Object.keys(weights).filter((name) => isTrainable(name) && (tree === null || movedIn(phase, name)))
      const scopeOf = (given: Weights): Bound => new Bound(given, passFeeds(feeds))
      let replaced: ReadonlyMap<string, Tensor> = new Map()
      const images = augment(feeds['images'] as Tensor4D, feeds['transforms'] as Tensor2D, feeds['colour'])
      const outputs: Record<string, Tensor> = {}
      const forward = (values: Tensor[]): Tensor[] => {
        const moved = { ...weights, ...Object.fromEntries(names.map((name, index) => [name, values[index]])) }
        const termsOf = (raw: Readonly<Record<string, Tensor>>): Tensor[] =>
          Object.keys(tasks).map((task, index) => {
            const local = Object.keys(losses[index].feeds).map((name) => [name, feeds[taskKey(index, name)]])
            const result = losses[index].compute(raw[task], Object.fromEntries(local) as Record<string, Tensor>)
            for (const [name, tensor] of Object.entries(result.outputs)) {
              // The tape would dispose of whatever is not the objective when it closes. Of several widths the first is the widest.
              outputs[taskKey(index, name)] ??= tf.keep(tensor)
            }
            return result.objective
          })
        if (tree !== null) {
          return treeTerms({ model: tree, phase, tasks, images, feeds, scopeOf, losses: termsOf }, moved)
        }
        const scope = scopeOf(moved)
        const slim = slimModelOf(model)
        if (slim !== null) {
          const narrower = sandwich ?? sandwiches(Object.keys(tasks), 0)[0]
          return sandwichTerms(scope, slim, tasks, images, { narrower, distillation: distillationOf(model) }, termsOf)
        }
        const raw = network(scope, model, tasks, images)
        replaced = scope.replaced
        return termsOf(raw)
      }
      const found =
        balance && !isPlain(balance)
          ? balancedGradients(balance, forward, names, weights, feeds)
          : addedGradients(forward, names, weights)
      const { gradients, norm } = clippedGradients(found.gradients, clipNorm, clipGroup(options))
      return {
        outputs: { ...outputs, ...found.outputs, objective: found.objective, gradientNorm: norm },
        gradients,
        replaced: Object.fromEntries(replaced),
      }
    },
  }
}

/** The gradients of the sum of the tasks' losses. */
function addedGradients(
  forward: (weights: Tensor[]) => Tensor[],
  names: readonly string[],
  weights: Weights,
): BalancedGradients {
  const { value, grads } = tf.valueAndGrads((...values: Tensor[]) => {
    const terms = forward(values)
    return terms.length === 1 ? terms[0] : tf.addN(terms)
  })(names.map((name) => weights[name]))
  return {
    objective: value,
    gradients: Object.fromEntries(names.map((name, index) => [name, grads[index]])),
    outputs: {},
  }
}

/** Separate networks are clipped each by itself, as they would be in runs of their own. */
export function clipGroup({ model, tasks }: Pick<StepOptions, 'model' | 'tasks'>): (weight: string) => string | null {
  const apart = treeModelOf(model) !== null || chosenForm(model).network === 'single'
  const names = Object.keys(tasks)
  return apart ? (weight) => ownerOf(weight, names) : () => null
}

/**
 * The network's predictions: `images` [B,H,W,3] in; attributes as probabilities [B,A], keypoints as heatmap distributions
 * [B,J,cells], parts as part numbers [B,H,W] at the crop's size, normals [B,H,W,3] of length 1, depth [B,H,W] and vector [B,D]
 * standardised, identity as embeddings [B,128].
 */
export function predictionProgram(options: PredictionOptions): Program {
  const { model, tasks, batch, height, width } = options
  const tree = options.adapted === true ? null : treePredictionOf(options)
  return {
    name: 'predict',
    feeds: {
      images: { shape: [batch, height, width, 3], dtype: 'float32' },
      ...(tree && treePredictionShapes(tree, Object.keys(tasks).length)),
    },
    compute(feeds, weights) {
      const images = standardise(feeds['images'] as Tensor4D)
      const raw =
        tree === null
          ? network(new Bound(weights), model, tasks, images)
          : treePrediction(tree, tasks, images, feeds, weights)
      const outputs = Object.entries(tasks).map(([task, schema], index) => [
        taskKey(index, 'prediction'),
        predict(schema, raw[task], height, width),
      ])
      return { outputs: Object.fromEntries(outputs) as Record<string, Tensor> }
    },
  }
}

/** Standardised, recoloured and warped; what the warp brings in from outside is the mean colour. */
function augment(images: Tensor4D, transforms: Tensor2D, colour: Tensor): Tensor4D {
  const batch = images.shape[0]
  const gain = tf.reshape(tf.slice(colour, [0, 0], [batch, 3]), [batch, 1, 1, 3])
  const offset = tf.reshape(tf.slice(colour, [0, 3], [batch, 3]), [batch, 1, 1, 3])
  return warpImages(tf.add(tf.mul(standardise(images), gain), offset), transforms)
}

function predict(schema: TaskSchema, raw: Tensor, height: number, width: number): Tensor {
  switch (schema.kind) {
    case 'attributes':
      return tf.sigmoid(raw)
    case 'vector':
      return tf.add(raw, 0)
    case 'keypoints': {
      const [batch, mapHeight, mapWidth, joints] = raw.shape
      return tf.softmax(tf.transpose(tf.reshape(raw, [batch, mapHeight * mapWidth, joints]), [0, 2, 1]))
    }
    case 'parts':
      return tf.argMax(enlarge(raw as Tensor4D, height, width), 3)
    case 'depth':
      return tf.reshape(enlarge(raw as Tensor4D, height, width), [raw.shape[0], height, width])
    case 'normals':
      return directions(enlarge(raw as Tensor4D, height, width))
    case 'identity':
      return embeddingOf(raw)
  }
}

/** [B,H,W,3] of length 1. */
function directions(raw: Tensor4D): Tensor {
  return tf.div(raw, tf.sqrt(tf.add(tf.sum(tf.square(raw), 3, true), 1e-12)))
}
