import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs'
import { dependents, LaneBackward, reachedBy } from '../../tensor/autodiff/laneBackward.ts'
import { recordTape } from '../../tensor/autodiff/tape.ts'
import type { TapeNode } from '../../tensor/autodiff/tape.ts'
import { halfSquaredNorm } from '../../tensor/kernels.ts'
import { aggregated, aggregationFactors } from './aggregation.ts'
import { balanceKeys } from './balanceForm.ts'
import type { BalanceForm } from './balanceForm.ts'
import { conflictAverse } from './conflictAverse.ts'
import { impartialGradient } from './impartialGradient.ts'
import { minimumNorm } from './minimumNorm.ts'
import { projectConflicts } from './projectConflicts.ts'
import { channelMask } from './splitMask.ts'
import { splitWeights } from './splitPlan.ts'

type NamedTensors = Readonly<Record<string, Tensor>>

export interface BalancedGradients {
  /** Scalar: the tasks' losses joined. */
  readonly objective: Tensor
  /** By weight. */
  readonly gradients: Record<string, Tensor>
  /** `taskLosses` [K], and for GradNorm `taskNorms` [K]. */
  readonly outputs: Record<string, Tensor>
}

/**
 * Gradients of all trainable weights by the chosen weighting, aggregation and gradient method. A weight is shared when more than
 * one task's loss depends on it; every other one receives its own task's gradient, as aggregated and not altered by the method.
 * @param forward the tasks' losses, scalars, from the weights in the order of `names`
 * @param feeds see balanceForm.ts
 */
export function balancedGradients(
  form: BalanceForm,
  forward: (weights: Tensor[]) => Tensor[],
  names: readonly string[],
  weights: NamedTensors,
  feeds: NamedTensors,
): BalancedGradients {
  const values = names.map((name) => weights[name])
  if (form.gradient !== 'none' || form.weighting === 'gradnorm') return inLanes(form, forward, names, values, feeds)
  let losses: Tensor | null = null
  const { value, grads } = tf.valueAndGrads((...given: Tensor[]) => {
    const stacked = tf.sub(tf.stack(forward(given)), feeds[balanceKeys.floors])
    losses = tf.keep(tf.clone(stacked))
    return aggregated(stacked, feeds[balanceKeys.weights], form.aggregation)
  })(values)
  return {
    objective: value,
    gradients: Object.fromEntries(names.map((name, at) => [name, grads[at]])),
    outputs: losses === null ? {} : { [balanceKeys.losses]: losses },
  }
}

/** A forward pass whose gradients are about to be taken, and which task each part of it serves. */
interface Pass {
  readonly form: BalanceForm
  readonly nodes: readonly TapeNode[]
  readonly names: readonly string[]
  readonly weights: readonly Tensor[]
  readonly feeds: NamedTensors
  readonly terms: readonly Tensor[]
  /** [K] ∂objective/∂loss */
  readonly factors: readonly Tensor[]
  /** [K], 1 where the task takes part. */
  readonly present: Tensor1D
  /** Tensor → tasks whose losses depend on it. */
  readonly reached: ReadonlyMap<number, ReadonlySet<number>>
  /** Weights of more than one task. */
  readonly shared: ReadonlySet<Tensor>
}

function inLanes(
  form: BalanceForm,
  forward: (weights: Tensor[]) => Tensor[],
  names: readonly string[],
  weights: Tensor[],
  feeds: NamedTensors,
): BalancedGradients {
  const tape = recordTape(() => forward(weights))
  const losses = tf.sub(tf.stack(tape.result), feeds[balanceKeys.floors])
  const taskWeights = feeds[balanceKeys.weights]
  const reached = reachedBy(tape.nodes, tape.result)
  const pass: Pass = {
    form,
    nodes: tape.nodes,
    names,
    weights,
    feeds,
    terms: tape.result,
    factors: tf.unstack(aggregationFactors(losses, taskWeights, form.aggregation)),
    present: tf.cast(tf.greater(taskWeights, 0), 'float32') as Tensor1D,
    reached,
    shared: new Set(weights.filter(({ id }) => (reached.get(id)?.size ?? 0) > 1)),
  }
  const { gradients, norms } = sharedGradients(pass)
  tape.dispose()
  return {
    objective: aggregated(losses, taskWeights, form.aggregation),
    gradients,
    outputs: { [balanceKeys.losses]: losses, ...(norms !== null && { [balanceKeys.norms]: norms }) },
  }
}

interface SharedGradients {
  readonly gradients: Record<string, Tensor>
  readonly norms: Tensor | null
}

function sharedGradients(pass: Pass): SharedGradients {
  switch (pass.form.gradient) {
    case 'none':
      return addedUp(pass)
    case 'gradsplit':
      return split(pass)
    case 'imtl-g':
      return impartial(pass)
    case 'pcgrad':
    case 'cagrad':
    case 'mgda':
      return combined(pass)
  }
}

/** One lane a task. */
function seedsOf({ terms, factors }: Pass, lanes = terms.map((_, task) => task)) {
  return terms.map((loss, task) => ({ loss, gradient: factors[task], lane: lanes[task] }))
}

/** GradNorm alone: lanes down to the last shared layer, where their norms are taken, and their sum from there. */
function addedUp(pass: Pass): SharedGradients {
  const last = lastShared(pass)
  const below = dependents(pass.nodes, new Set([last.id]))
  const backward = new LaneBackward({
    nodes: pass.nodes,
    weights: pass.weights,
    lanes: pass.terms.length,
    seeds: seedsOf(pass),
    apart: (node) => below.has(node.outputs[0].id),
    keepApart: (weight) => weight === last,
  })
  backward.throughLanes()
  backward.throughMerged()
  return gradientsOf(pass, backward, last, (lanes) => tf.addN([...lanes]))
}

/** GradSplit: lanes through the layers that are split, each lane's part masked by channel before it reaches a weight. */
function split(pass: Pass): SharedGradients {
  const { form, feeds, names, weights, nodes, shared } = pass
  if (form.split === null) throw new Error('gradsplit has no plan')
  const chosen = splitWeights(
    names.filter((_, at) => shared.has(weights[at])),
    form.split.stages,
  )
  const divided = new Set(weights.filter((_, at) => chosen.has(names[at])))
  const below = dependents(nodes, new Set([...divided].map(({ id }) => id)))
  const last = form.weighting === 'gradnorm' ? lastShared(pass) : null
  const mask = channelMask(feeds[balanceKeys.rows] as Tensor3D)
  const backward = new LaneBackward({
    nodes,
    weights,
    lanes: Math.max(...form.split.lanes) + 1,
    seeds: seedsOf(pass, [...form.split.lanes]),
    apart: (node) => below.has(node.outputs[0].id),
    keepApart: (weight) => weight === last,
    maskOf: (weight) => (divided.has(weight) ? (lane, gradient) => mask.ofImages(lane, gradient, weight) : null),
  })
  backward.throughLanes()
  backward.throughMerged()
  // With GradNorm each task has a lane, whose images all have its mask.
  const found = gradientsOf(pass, backward, last, (lanes, weight) =>
    tf.addN(lanes.map((lane, task) => (divided.has(weight) ? mask.ofWeight(task, lane) : lane))),
  )
  mask.dispose()
  return found
}

/** IMTL-G: lanes down to where tasks part, and from there one pass with what they are worth to each other. */
function impartial(pass: Pass): SharedGradients {
  const { reached, nodes, weights, terms, present } = pass
  const isShared = (tensor: number): boolean => (reached.get(tensor)?.size ?? 0) > 1
  const backward = new LaneBackward({
    nodes,
    weights,
    lanes: terms.length,
    seeds: seedsOf(pass),
    apart: (node) => reached.get(node.outputs[0].id)?.size === 1,
    keepApart: () => false,
    frontier: true,
  })
  const arrived = [...backward.throughLanes()].filter(([id]) => isShared(id)).map(([, lanes]) => lanes)
  const coefficients = impartialGradient(gramOf(arrived), present)
  backward.throughMerged(tf.unstack(coefficients), isShared)
  return gradientsOf(pass, backward, null, (lanes) => tf.addN([...lanes]))
}

/** PCGrad, CAGrad and MGDA: every task's gradient of all that is shared, combined by what their inner products say. */
function combined(pass: Pass): SharedGradients {
  const { nodes, weights, terms, shared, form } = pass
  const below = dependents(nodes, new Set([...shared].map(({ id }) => id)))
  const backward = new LaneBackward({
    nodes,
    weights,
    lanes: terms.length,
    seeds: seedsOf(pass),
    apart: (node) => below.has(node.outputs[0].id),
    keepApart: (weight) => shared.has(weight),
  })
  backward.throughLanes()
  backward.throughMerged()
  const rows = new Map([...shared].map((weight) => [weight, rowsOf(backward.lanesOf(weight))]))
  const gram = tf.addN([...rows.values()].map((lanes) => tf.matMul(lanes, lanes, false, true))) as Tensor2D
  const coefficients = tf.expandDims(coefficientsOf(pass, gram), 0) as Tensor2D
  const last = form.weighting === 'gradnorm' ? lastShared(pass) : null
  return gradientsOf(pass, backward, last, (_, weight) =>
    tf.reshape(tf.matMul(coefficients, rows.get(weight) ?? tf.zeros([terms.length, weight.size])), weight.shape),
  )
}

function coefficientsOf({ form, feeds, present }: Pass, gram: Tensor2D): Tensor1D {
  switch (form.gradient) {
    case 'pcgrad':
      return projectConflicts(gram, feeds[balanceKeys.order] as Tensor3D)
    case 'cagrad':
      return conflictAverse(gram, present, form.cagradC)
    default:
      return minimumNorm(gram, present)
  }
}

/** Lanes as rows [K,N], zeros where a lane did not come. */
function rowsOf(lanes: readonly (Tensor | null)[]): Tensor2D {
  const size = lanes.find((lane) => lane !== null)?.size ?? 1
  return tf.stack(lanes.map((lane) => (lane === null ? tf.zeros([size]) : tf.reshape(lane, [size])))) as Tensor2D
}

function gramOf(tensors: readonly (readonly (Tensor | null)[])[]): Tensor2D {
  return tf.addN(tensors.map(rowsOf).map((rows) => tf.matMul(rows, rows, false, true))) as Tensor2D
}

/** The kernel of the last layer that all tasks share; where none has all, the last that more than one shares. */
function lastShared({ nodes, weights, terms, reached, shared }: Pass): Tensor {
  const used = nodes
    .toReversed()
    .flatMap(({ inputs }) => Object.values(inputs))
    .flatMap((input) => weights.filter((weight) => weight.id === input.id && weight.rank > 1 && shared.has(weight)))
  const last = used.find(({ id }) => reached.get(id)?.size === terms.length) ?? used.at(0)
  if (last === undefined) throw new Error('the tasks share no layer')
  return last
}

/**
 * All gradients by weight, freed from the pass; those that were kept apart are joined. `norms` are those of the lanes at `last`.
 */
function gradientsOf(
  { names, weights, shared, terms, form }: Pass,
  backward: LaneBackward,
  last: Tensor | null,
  join: (lanes: readonly Tensor[], weight: Tensor) => Tensor,
): SharedGradients {
  const gradients: Record<string, Tensor> = {}
  weights.forEach((weight, at) => {
    const lanes = backward.lanesOf(weight)
    const whole = backward.gradient(weight)
    if (shared.has(weight) && lanes.some((lane) => lane !== null)) {
      gradients[names[at]] = join(
        lanes.map((lane) => lane ?? tf.zeros(weight.shape)),
        weight,
      )
    } else gradients[names[at]] = whole === null ? tf.zeros(weight.shape) : tf.clone(whole)
  })
  const measured = form.weighting === 'gradnorm' && last !== null
  const norms = measured ? tf.stack(backward.lanesOf(last).map(normOf)) : null
  if (norms !== null && norms.size !== terms.length) throw new Error('GradNorm needs a lane for each task')
  backward.dispose()
  return { gradients, norms }
}

function normOf(lane: Tensor | null): Tensor {
  return lane === null ? tf.scalar(0) : tf.sqrt(tf.mul(halfSquaredNorm(lane), 2))
}
