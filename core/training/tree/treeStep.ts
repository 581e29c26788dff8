import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs'
import { chosenForm, treeStreams } from '../../model/network.ts'
import type { NetworkForm, TaskSchemas } from '../../model/network.ts'
import { edgeLogits, hypernetworkOf, modulatedWeights } from '../../model/tree/hypernetworks.ts'
import { mixedTreeNetwork, treeNetwork } from '../../model/tree/treeNetwork.ts'
import type { Scope } from '../../model/scope.ts'
import type { FeedShape, Weights } from '../../tensor/program.ts'
import { isTree } from '../networkChoices.ts'
import type { TreeModelName } from '../networkChoices.ts'
import { gumbelSoftmax, regulariser } from './regulariser.ts'
import type { TreePhase } from './treeSchedule.ts'

/**
 * A training step of each phase of a controllable tree (methods.md 6), with what it is fed besides images and labels:
 * `condition` [K + 1] preferences of sum 1 and frugality; `active` [K] 1 or 0, `affinity` [K, K], `gumbel` [L, K, K] and
 * `temperature` [] where edges are learnt; `edges` [L, K, K] of one tree after that.
 */

/** The tree model of a form; null for other networks. */
export function treeModelOf(form: NetworkForm): TreeModelName | null {
  const { model } = chosenForm(form)
  return isTree(model) ? model : null
}

/** The program of a phase's steps. */
export function phaseProgram(phase: TreePhase): string {
  return phase === 'anchors' ? 'train' : `train ${phase}`
}

/** Whether a phase moves a weight: its hypernetwork's alone, or the streams' and heads'. */
export function movedIn(phase: TreePhase, weight: string): boolean {
  return hypernetworkOf(weight) === (phase === 'anchors' ? null : phase)
}

/** What a phase's step is fed besides images and labels. */
export function phaseShapes(model: TreeModelName, tasks: number, phase: TreePhase): Record<string, FeedShape> {
  const layers = treeStreams(model).layers.length
  const float = (...shape: number[]): FeedShape => ({ shape, dtype: 'float32' })
  const condition = float(tasks + 1)
  switch (phase) {
    case 'anchors':
      return {}
    case 'edges':
      return {
        condition,
        active: float(tasks),
        affinity: float(tasks, tasks),
        gumbel: float(layers, tasks, tasks),
        temperature: float(),
      }
    case 'norms':
      return { condition, edges: float(layers, tasks, tasks) }
  }
}

/** A step of one phase, as far as its programs share. */
export interface TreeStep {
  readonly model: TreeModelName
  readonly phase: TreePhase
  readonly tasks: TaskSchemas
  readonly images: Tensor4D
  readonly feeds: Readonly<Record<string, Tensor>>
  /** A pass over these weights. */
  readonly scopeOf: (weights: Weights) => Scope
  /** Losses by task of raw outputs, each divided by its scale. */
  readonly losses: (raw: Readonly<Record<string, Tensor>>) => Tensor[]
}

/**
 * What is to be minimised: the anchors' losses; Σ r_i·L_i + Ω of drawn edges; Σ r_i·L_i of a tree whose normalisations change. The
 * w_i that equalise losses are those that every run has: each is divided by its median over the first epoch.
 */
export function treeTerms(step: TreeStep, weights: Weights): Tensor[] {
  const { model, phase, tasks, images, feeds, scopeOf, losses } = step
  const streams = treeStreams(model)
  if (phase === 'anchors') return losses(treeNetwork(scopeOf(weights), streams, tasks, images))
  const condition = feeds['condition'] as Tensor1D
  const preferred = (terms: readonly Tensor[]): Tensor[] =>
    terms.map((term, task) => tf.mul(term, tf.reshape(tf.slice(condition, [task], [1]), [])))
  if (phase === 'norms') {
    const scope = scopeOf(modulatedWeights(weights, condition))
    return preferred(losses(mixedTreeNetwork(scope, streams, tasks, images, feeds['edges'] as Tensor3D)))
  }
  const scope = scopeOf(weights)
  const count = Object.keys(tasks).length
  const logits = edgeLogits(scope, count, streams.layers.length, condition)
  const edges = gumbelSoftmax(logits, feeds['gumbel'] as Tensor3D, feeds['temperature'] as Scalar)
  const raw = mixedTreeNetwork(scope, streams, tasks, images, edges)
  const frugality = tf.reshape(tf.slice(condition, [count], [1]), []) as Scalar
  const omega = regulariser(edges, feeds['affinity'] as Tensor2D, feeds['active'] as Tensor1D, frugality)
  return [...preferred(losses(raw)), omega]
}
