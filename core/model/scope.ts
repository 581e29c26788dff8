import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { Random } from '../synthetic/random.ts'
import type { WeightSpecification, Weights } from '../tensor/program.ts'

/** How a new weight is drawn: He-normal over its fan-in (He et al. 2015), or a constant. */
export type Initial = { readonly fanIn: number; readonly gain?: number } | { readonly constant: number }

/** Where a network takes its weights from while it is computed; layers name them, so one description serves both uses. */
export interface Scope {
  weight(name: string, shape: readonly number[], initial: Initial): Tensor
  /** Adds multiply–accumulates of one image, for the cost. */
  count(macs: number): void
}

/** The first, symbolic use: computing a network once on one blank image declares all its weights and counts its cost. */
export class Declaration implements Scope {
  readonly weights: WeightSpecification[] = []
  macs = 0
  readonly #seed: number

  constructor(seed: number) {
    this.#seed = seed
  }

  get parameters(): number {
    return this.weights.reduce((sum, weight) => sum + weight.initial.length, 0)
  }

  weight(name: string, shape: readonly number[], initial: Initial): Tensor {
    if (this.weights.some((weight) => weight.name === name)) throw new Error(`weight ${name} is declared twice`)
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
    if ('constant' in initial) values.fill(initial.constant)
    else {
      // Each weight has a stream of its own: adding a head leaves the trunk's initial values as they were.
      const random = new Random(this.#seed, 'weight', name)
      const deviation = Math.sqrt((initial.gain ?? 2) / initial.fanIn)
      for (let index = 0; index < values.length; index++) values[index] = random.normal() * deviation
    }
    this.weights.push({ name, shape, initial: values })
    return tf.tensor(values.slice(), [...shape])
  }

  count(macs: number): void {
    this.macs += macs
  }
}

/** Every later use: weights by name from a session. */
export class Bound implements Scope {
  readonly #weights: Weights

  constructor(weights: Weights) {
    this.#weights = weights
  }

  weight(name: string): Tensor {
    const weight = this.#weights[name]
    if (!weight) throw new Error(`no weight ${name}`)
    return weight
  }

  count(): void {}
}
