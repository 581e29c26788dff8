import { edgeWeightNames } from './hypernetworks.ts'
import { likeliestTree } from './tree.ts'
import type { Tree } from './tree.ts'

/**
 * The edge hypernetwork of `edgeLogits` in plain numbers, so that a tree is known without an engine, at once.
 *
 * @param weights by name, row-major; at least those of the edge hypernetwork
 */
export class EdgeHypernetwork {
  readonly #tasks: number
  readonly #layers: number
  readonly #weightOf: (name: string) => Float32Array

  constructor(weights: ReadonlyMap<string, Float32Array>, tasks: number, layers: number) {
    this.#tasks = tasks
    this.#layers = layers
    this.#weightOf = (name) => {
      const values = weights.get(name)
      if (values === undefined) throw new Error(`no weight ${name}`)
      return values
    }
  }

  /** [layers, tasks, tasks] row-major. @param condition preferences on the simplex, then frugality 0 … 1 */
  logits(condition: ArrayLike<number>): Float64Array {
    const names = edgeWeightNames(this.#layers)
    const squared = this.#tasks * this.#tasks
    let x = this.#times(Float64Array.from(condition), names.embedding, null)
    for (const { kernel, bias } of names.hidden) x = this.#times(x, kernel, bias).map((value) => Math.max(0, value))
    const logits = new Float64Array(this.#layers * squared)
    names.heads.forEach(({ kernel, bias }, layer) => logits.set(this.#times(x, kernel, bias), layer * squared))
    return logits
  }

  /** The tree of the most probable parents. */
  tree(condition: ArrayLike<number>): Tree {
    return likeliestTree(this.logits(condition), this.#tasks)
  }

  #times(x: Float64Array, kernel: string, bias: string | null): Float64Array {
    const matrix = this.#weightOf(kernel)
    const outputs = matrix.length / x.length
    const result = bias === null ? new Float64Array(outputs) : Float64Array.from(this.#weightOf(bias))
    for (let row = 0; row < x.length; row++) {
      for (let column = 0; column < outputs; column++) result[column] += x[row] * matrix[row * outputs + column]
    }
    return result
  }
}
