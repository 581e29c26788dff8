import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import type { TapeNode } from './tape.ts'

/** Where gradients start: a scalar, what it is multiplied by, and the lane that it goes down. */
export interface LaneSeed {
  readonly loss: Tensor
  readonly gradient: Tensor
  readonly lane: number
}

export interface LaneOptions {
  readonly nodes: readonly TapeNode[]
  readonly seeds: readonly LaneSeed[]
  readonly lanes: number
  readonly weights: readonly Tensor[]
  /**
   * Whether a node is gone through lane by lane; the others once, with the lanes' sum. Must hold for every node that uses what
   * such a node computes.
   */
  readonly apart: (node: TapeNode) => boolean
  /** Whether a weight's gradient is kept by lane; else it is the lanes' sum. */
  readonly keepApart: (weight: Tensor) => boolean
  /**
   * Whether everything that enters a node gone through by lanes keeps its lanes, so that `merge` can weigh them; else the lanes
   * are added up before they leave it, which saves passes.
   */
  readonly frontier?: boolean
  /** For a weight: what of a lane's gradient of its node's output reaches it; null where all does. */
  readonly maskOf?: (weight: Tensor) => LaneMask | null
}

/** Maps a lane's gradient to the part of it that counts, linearly. */
export type LaneMask = (lane: number, gradient: Tensor) => Tensor

type Lanes = (Tensor | null)[]

/**
 * Reverse-mode differentiation of several scalars of one forward pass: their gradients go down in lanes, and are added up
 * where lanes need no longer be told apart. The gradient of a node is linear in that of its output, which allows both the sum
 * and a mask before the most expensive part, the filter's gradient.
 *
 * `throughLanes` first, then `throughMerged`; the gradients are then there by weight, until `dispose`.
 */
export class LaneBackward {
  readonly #options: LaneOptions
  /** Tensors that depend on a weight, weights included. */
  readonly #reachable: ReadonlySet<number>
  readonly #weights: ReadonlyMap<number, Tensor>
  readonly #apartOutputs = new Set<number>()
  readonly #byLane = new Map<number, Lanes>()
  readonly #merged = new Map<number, Tensor>()

  constructor(options: LaneOptions) {
    this.#options = options
    this.#weights = new Map(options.weights.map((weight) => [weight.id, weight]))
    this.#reachable = dependents(options.nodes, new Set(this.#weights.keys()))
    for (const node of options.nodes) {
      if (options.apart(node)) for (const { id } of node.outputs) this.#apartOutputs.add(id)
    }
    for (const { loss, gradient, lane } of options.seeds) this.#addToLane(loss, lane, tf.clone(gradient))
  }

  /** Goes through the nodes that are apart. Returns what arrived, by lane, at tensors that no such node computes. */
  throughLanes(): ReadonlyMap<number, readonly (Tensor | null)[]> {
    for (const node of this.#options.nodes.toReversed()) {
      if (!this.#isWanted(node) || !this.#apartOutputs.has(node.outputs[0].id)) continue
      tf.tidy(() => this.#laneNode(node))
      // They have been handed on.
      for (const { id } of node.outputs) this.#dropLanes(id)
    }
    return new Map([...this.#byLane].filter(([id]) => this.#reachable.has(id) && !this.#apartOutputs.has(id)))
  }

  /**
   * Adds the lanes up, each times its coefficient where there are any, and goes through the rest. Weights that are kept apart
   * keep their lanes; `weigh` says which of the tensors where lanes end are multiplied.
   */
  throughMerged(coefficients?: readonly Tensor[], weigh: (tensor: number) => boolean = () => true): void {
    for (const [id, lanes] of [...this.#byLane]) {
      const weight = this.#weights.get(id)
      if (weight !== undefined && this.#options.keepApart(weight)) continue
      tf.tidy(() => {
        const scaled = lanes.map((lane, at) =>
          lane !== null && coefficients !== undefined && weigh(id) ? tf.mul(lane, coefficients[at]) : lane,
        )
        const sum = sumOf(scaled)
        if (sum !== null) this.#addMerged(id, tf.clone(sum))
      })
      this.#dropLanes(id)
    }
    for (const node of this.#options.nodes.toReversed()) {
      if (!this.#isWanted(node) || this.#apartOutputs.has(node.outputs[0].id)) continue
      tf.tidy(() => this.#mergedNode(node))
      for (const { id } of node.outputs) this.#dropMerged(id)
    }
  }

  /** The gradient of a weight; null where nothing reached it. */
  gradient(weight: Tensor): Tensor | null {
    return this.#merged.get(weight.id) ?? null
  }

  /** The gradient of a weight that is kept apart, by lane; null where a lane did not reach it. */
  lanesOf(weight: Tensor): readonly (Tensor | null)[] {
    return this.#byLane.get(weight.id) ?? new Array<null>(this.#options.lanes).fill(null)
  }

  #isWanted(node: TapeNode): boolean {
    return Object.values(node.inputs).some(({ id }) => this.#reachable.has(id))
  }

  #laneNode(node: TapeNode): void {
    const { lanes, frontier = false, maskOf } = this.#options
    const gradients = Array.from({ length: lanes }, (_, lane) =>
      node.outputs.map(({ id }) => this.#byLane.get(id)?.[lane] ?? null),
    )
    const present = gradients.flatMap((outputs, lane) => (outputs.some((each) => each !== null) ? [lane] : []))
    if (present.length === 0) return
    const calls = new GradientCalls(node)
    for (const [name, input] of Object.entries(node.inputs)) {
      if (!this.#reachable.has(input.id)) continue
      const weight = this.#weights.get(input.id)
      const byLane = frontier || this.#apartOutputs.has(input.id) || (weight && this.#options.keepApart(weight))
      if (byLane) {
        for (const lane of present) this.#addToLane(input, lane, calls.lane(lane, gradients[lane], name))
        continue
      }
      const mask = weight === undefined ? null : (maskOf?.(weight) ?? null)
      const gradient =
        mask === null ? calls.summed(gradients, present, name) : calls.masked(gradients, present, name, mask)
      this.#addMerged(input.id, gradient)
    }
  }

  #mergedNode(node: TapeNode): void {
    const outputs = node.outputs.map(({ id }) => this.#merged.get(id) ?? null)
    if (outputs.every((gradient) => gradient === null)) return
    const calls = new GradientCalls(node)
    for (const [name, input] of Object.entries(node.inputs)) {
      if (this.#reachable.has(input.id)) this.#addMerged(input.id, calls.lane(0, outputs, name))
    }
  }

  #addToLane(tensor: Tensor, lane: number, gradient: Tensor): void {
    const lanes = this.#byLane.get(tensor.id) ?? new Array<null>(this.#options.lanes).fill(null)
    lanes[lane] = accumulated(lanes[lane], gradient)
    this.#byLane.set(tensor.id, lanes)
  }

  #addMerged(id: number, gradient: Tensor): void {
    this.#merged.set(id, accumulated(this.#merged.get(id) ?? null, gradient))
  }

  #dropLanes(id: number): void {
    for (const lane of this.#byLane.get(id) ?? []) lane?.dispose()
    this.#byLane.delete(id)
  }

  #dropMerged(id: number): void {
    this.#merged.get(id)?.dispose()
    this.#merged.delete(id)
  }

  /** Frees the gradients. */
  dispose(): void {
    for (const id of [...this.#byLane.keys()]) this.#dropLanes(id)
    for (const id of [...this.#merged.keys()]) this.#dropMerged(id)
  }
}

/**
 * Their sum, which outlives the scope; the former is freed. A gradient may be the very tensor that came in, which is freed as the
 * output's: so a tensor of its own.
 */
function accumulated(before: Tensor | null, gradient: Tensor): Tensor {
  if (before === null) return tf.keep(tf.clone(gradient))
  const sum = tf.keep(tf.add(before, gradient))
  before.dispose()
  return sum
}

/** The gradients of one node: computed once for each distinct gradient of its outputs. */
class GradientCalls {
  readonly #node: TapeNode
  readonly #lanes = new Map<number, Readonly<Record<string, () => Tensor>>>()
  #sum: Readonly<Record<string, () => Tensor>> | null = null

  constructor(node: TapeNode) {
    this.#node = node
  }

  lane(lane: number, outputs: readonly (Tensor | null)[], input: string): Tensor {
    const known = this.#lanes.get(lane) ?? gradientOf(this.#node, outputs)
    this.#lanes.set(lane, known)
    return known[input]()
  }

  summed(gradients: readonly (readonly (Tensor | null)[])[], present: readonly number[], input: string): Tensor {
    if (present.length === 1) return this.lane(present[0], gradients[present[0]], input)
    this.#sum ??= gradientOf(
      this.#node,
      this.#node.outputs.map((_, output) => sumOf(present.map((lane) => gradients[lane][output]))),
    )
    return this.#sum[input]()
  }

  masked(
    gradients: readonly (readonly (Tensor | null)[])[],
    present: readonly number[],
    input: string,
    mask: LaneMask,
  ): Tensor {
    const outputs = this.#node.outputs.map((_, output) =>
      sumOf(
        present.map((lane) => {
          const gradient = gradients[lane][output]
          return gradient === null ? null : mask(lane, gradient)
        }),
      ),
    )
    return gradientOf(this.#node, outputs)[input]()
  }
}

function gradientOf(node: TapeNode, outputs: readonly (Tensor | null)[]): Readonly<Record<string, () => Tensor>> {
  if (!node.gradient) throw new Error(`${node.kernelName} has no gradient`)
  return node.gradient(outputs)
}

function sumOf(tensors: readonly (Tensor | null)[]): Tensor | null {
  const present = tensors.filter((tensor) => tensor !== null)
  if (present.length === 0) return null
  return present.length === 1 ? present[0] : tf.addN(present)
}

/** Tensors that depend on one of some tensors, these included. */
export function dependents(nodes: readonly TapeNode[], sources: ReadonlySet<number>): Set<number> {
  const found = new Set(sources)
  for (const { inputs, outputs } of nodes) {
    if (Object.values(inputs).some(({ id }) => found.has(id))) for (const { id } of outputs) found.add(id)
  }
  return found
}

/** Tensor → the scalars (by position) that depend on it. */
export function reachedBy(nodes: readonly TapeNode[], losses: readonly Tensor[]): Map<number, Set<number>> {
  const reached = new Map<number, Set<number>>()
  losses.forEach(({ id }, at) => reached.set(id, (reached.get(id) ?? new Set<number>()).add(at)))
  for (const { inputs, outputs } of nodes.toReversed()) {
    for (const { id } of outputs) {
      for (const at of reached.get(id) ?? []) {
        for (const input of Object.values(inputs)) {
          reached.set(input.id, (reached.get(input.id) ?? new Set<number>()).add(at))
        }
      }
    }
  }
  return reached
}
