import { edgeWeightNames, normCatalogue, normWeightNames } from './hypernetworks.ts'
import type { AffineNames } from './hypernetworks.ts'
import { likeliestTree } from './tree.ts'
import type { Tree } from './tree.ts'

/** Weights by name, row-major. */
export type Values = ReadonlyMap<string, Float32Array>

/**
 * Both hypernetworks (hypernetworks.ts) in plain numbers, so that a tree, and weights as a preference has them, are known without an
 * engine, at once. A condition is preferences of sum 1, then frugality.
 */

/** The edge hypernetwork. */
export class EdgeHypernetwork {
  readonly #tasks: number
  readonly #layers: number
  readonly #values: Values

  /** @param values at least those of the edge hypernetwork; no more of them is kept */
  constructor(values: Values, tasks: number, layers: number) {
    const { embedding, hidden, heads } = edgeWeightNames(layers)
    const names = [embedding, ...[...hidden, ...heads].flatMap(({ kernel, bias }) => [kernel, bias])]
    this.#tasks = tasks
    this.#layers = layers
    this.#values = new Map(names.map((name) => [name, valuesOf(values, name).slice()]))
  }

  /** [layers, tasks, tasks] row-major. */
  logits(condition: ArrayLike<number>): Float64Array {
    const { embedding, hidden, heads } = edgeWeightNames(this.#layers)
    const x = hiddenUnits(this.#values, embedding, hidden, condition)
    const squared = this.#tasks * this.#tasks
    const logits = new Float64Array(this.#layers * squared)
    heads.forEach((head, layer) => logits.set(affine(this.#values, head, x), layer * squared))
    return logits
  }

  /** The tree of the most probable parents. */
  tree(condition: ArrayLike<number>): Tree {
    return likeliestTree(this.logits(condition), this.#tasks)
  }
}

/** The gammas and betas of a condition, by name; `modulatedWeights` in plain numbers. @param values all of a tree model's */
export function changedNorms(values: Values, condition: ArrayLike<number>): Map<string, Float32Array> {
  const { embedding, hidden, out } = normWeightNames
  const changes = affine(values, out, hiddenUnits(values, embedding, hidden, condition))
  let at = 0
  return new Map(
    normCatalogue([...values].map(([name, { length }]) => [name, [length]] as const)).map(([name, length]) => {
      const start = at
      at += length
      return [name, valuesOf(values, name).map((value, index) => value + changes[start + index])]
    }),
  )
}

function hiddenUnits(
  values: Values,
  embedding: string,
  hidden: readonly AffineNames[],
  condition: ArrayLike<number>,
): Float64Array {
  let x = times(valuesOf(values, embedding), Float64Array.from(condition), null)
  for (const layer of hidden) x = affine(values, layer, x).map((value) => Math.max(0, value))
  return x
}

function affine(values: Values, { kernel, bias }: AffineNames, x: Float64Array): Float64Array {
  return times(valuesOf(values, kernel), x, valuesOf(values, bias))
}

function times(matrix: Float32Array, x: Float64Array, bias: Float32Array | null): Float64Array {
  const outputs = matrix.length / x.length
  const result = bias === null ? new Float64Array(outputs) : Float64Array.from(bias)
  for (let row = 0; row < x.length; row++) {
    for (let column = 0; column < outputs; column++) result[column] += x[row] * matrix[row * outputs + column]
  }
  return result
}

function valuesOf(values: Values, name: string): Float32Array {
  const found = values.get(name)
  if (found === undefined) throw new Error(`no weight ${name}`)
  return found
}
