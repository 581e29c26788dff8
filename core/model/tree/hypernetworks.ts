import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs'
import { relu } from '../../tensor/kernels.ts'
import type { Weights } from '../../tensor/program.ts'
import { Bound } from '../scope.ts'
import type { Scope } from '../scope.ts'

/**
 * The two hypernetworks of a controllable tree (DYMU, methods.md 6). Both see p = Σ r_i·e_i + c·e_c, of preferences r on the simplex
 * and frugality c in 0 … 1: one says how probable each parent is, the other how the normalisations change. What is seen is called
 * the condition, [r_1 … r_K, c].
 */
const edgePrefix = 'tree/edges'
const normPrefix = 'tree/norms'

/** Length of p, and units of each hidden layer. */
const embedding = 32
const units = 100
const edgeHidden = 2
const normHidden = 3

/** Log odds at first of a node's own stream against each other: four of five draws of three streams are its own. */
const ownLogit = 2

/** The hypernetwork that a weight belongs to; null for weights of the streams and heads. */
export function hypernetworkOf(weight: string): 'edges' | 'norms' | null {
  if (weight.startsWith(`${edgePrefix}/`)) return 'edges'
  return weight.startsWith(`${normPrefix}/`) ? 'norms' : null
}

/** Of one layer: x·kernel + bias. */
export interface AffineNames {
  readonly kernel: string
  readonly bias: string
}

export interface EdgeWeightNames {
  readonly embedding: string
  readonly hidden: readonly AffineNames[]
  readonly heads: readonly AffineNames[]
}

/** Names of the edge hypernetwork's weights, in the order in which they are passed. */
export function edgeWeightNames(layers: number): EdgeWeightNames {
  return {
    embedding: `${edgePrefix}/embedding`,
    hidden: Array.from({ length: edgeHidden }, (_, at) => affineNames(`${edgePrefix}/hidden${at}`)),
    heads: Array.from({ length: layers }, (_, layer) => affineNames(`${edgePrefix}/layer${layer}`)),
  }
}

/** Those of the weight hypernetwork's. */
export const normWeightNames = {
  embedding: `${normPrefix}/embedding`,
  hidden: Array.from({ length: normHidden }, (_, at) => affineNames(`${normPrefix}/hidden${at}`)),
  out: affineNames(`${normPrefix}/out`),
}

function affineNames(name: string): AffineNames {
  return { kernel: `${name}/kernel`, bias: `${name}/bias` }
}

/** Names and lengths of the gammas and betas that the weight hypernetwork changes, in the order of its outputs. */
export type NormCatalogue = readonly (readonly [name: string, length: number])[]

/** Of all weights of the streams and heads, those of normalisations, by name whatever the order given. */
export function normCatalogue(shapes: Iterable<readonly [string, readonly number[]]>): NormCatalogue {
  return [...shapes]
    .filter(([name]) => hypernetworkOf(name) === null && /\/(?:gamma|beta)$/.test(name))
    .map(([name, shape]) => [name, shape[0]] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Names both hypernetworks' weights to a declaration. */
export function declareHypernetworks(scope: Scope, tasks: number, layers: number, norms: NormCatalogue): void {
  const condition = tf.zeros([tasks + 1]) as Tensor1D
  edgeLogits(scope, tasks, layers, condition)
  normChanges(scope, norms, condition)
}

/** Logits [layers, tasks, tasks] of every node's parent. @param condition [tasks + 1] */
export function edgeLogits(scope: Scope, tasks: number, layers: number, condition: Tensor1D): Tensor3D {
  const names = edgeWeightNames(layers)
  const own = new Float32Array(tasks * tasks)
  for (let node = 0; node < tasks; node++) own[node * tasks + node] = ownLogit
  let x = embedded(scope, names.embedding, condition)
  for (const layer of names.hidden) x = relu(affine(scope, layer, x, units))
  const heads = names.heads.map((layer) => {
    const logits = affine(scope, layer, x, tasks * tasks, { gain: 0.1, bias: own })
    return tf.reshape(logits, [1, tasks, tasks]) as Tensor3D
  })
  return heads.length === 1 ? heads[0] : (tf.concat(heads, 0) as Tensor3D)
}

/** What is added to the gammas and betas, one after the other; 0 before it has learnt. @param condition [tasks + 1] */
function normChanges(scope: Scope, norms: NormCatalogue, condition: Tensor1D): Tensor1D {
  const outputs = norms.reduce((sum, [, length]) => sum + length, 0)
  let x = embedded(scope, normWeightNames.embedding, condition)
  for (const layer of normWeightNames.hidden) x = relu(affine(scope, layer, x, units))
  const last = affine(scope, normWeightNames.out, x, outputs, { gain: 0 })
  return tf.reshape(last, [outputs])
}

/** All weights, the gammas and betas as they are for a condition [tasks + 1]. */
export function modulatedWeights(weights: Weights, condition: Tensor1D): Weights {
  const norms = normCatalogue(Object.entries(weights).map(([name, { shape }]) => [name, shape]))
  const changes = normChanges(new Bound(weights), norms, condition)
  let at = 0
  const changed = norms.map(([name, length]): [string, Tensor] => {
    const change = tf.slice(changes, [at], [length])
    at += length
    return [name, tf.add(weights[name], change)]
  })
  return { ...weights, ...Object.fromEntries(changed) }
}

function embedded(scope: Scope, name: string, condition: Tensor1D): Tensor2D {
  const inputs = condition.shape[0]
  const table = scope.weight(name, [inputs, embedding], { fanIn: 1, gain: 1 }) as Tensor2D
  return tf.matMul(tf.reshape(condition, [1, inputs]) as Tensor2D, table)
}

/** x [1, n] → [1, outputs]. Not counted among an image's multiply-adds: it is computed once for a preference. */
function affine(
  scope: Scope,
  { kernel, bias }: AffineNames,
  x: Tensor2D,
  outputs: number,
  initial: { readonly gain?: number; readonly bias?: Float32Array } = {},
): Tensor2D {
  const inputs = x.shape[1]
  const matrix = scope.weight(kernel, [inputs, outputs], { fanIn: inputs, gain: initial.gain }) as Tensor2D
  const added = initial.bias === undefined ? { constant: 0 } : { values: initial.bias }
  return tf.add(tf.matMul(x, matrix), scope.weight(bias, [outputs], added))
}
