import type { TaskKind } from '../dataset/task.ts'
import { MendError } from '../dataset/mendError.ts'
import { balanceFeeds, balanceKeys, isPlain } from './balancing/balanceForm.ts'
import type { BalanceForm } from './balancing/balanceForm.ts'
import { presentWeights } from './balancing/presentWeights.ts'
import { conflictOrder } from './balancing/projectConflicts.ts'
import { fillSplitRows, lanesOfTasks, relationMatrix } from './balancing/splitPlan.ts'
import { createTaskWeighting } from './balancing/taskWeighting.ts'
import type { TaskWeighting } from './balancing/taskWeighting.ts'
import type { RunConfiguration } from './configuration.ts'
import { taskAccuracy } from './metrics/taskAccuracy.ts'

/** A loss may be below 0 by rounding, where what no network can get below is taken off. */
const rounding = 1e-3

type Balancing = Pick<
  RunConfiguration,
  'weighting' | 'aggregation' | 'gradient' | 'balancing' | 'norm' | 'tasks' | 'seed' | 'batch'
>

/** A batch as far as balancing looks at it. */
export interface BalanceMoment {
  /** Number of the update, from 0. */
  readonly update: number
  /** By task, which images have its label: 1 or 0. */
  readonly active: readonly ArrayLike<number>[]
  /** By task, the part of its loss that no network can get below. */
  readonly floors: readonly number[]
}

/**
 * The form of a run's step. @param together whether some person has labels of both of two tasks, by position
 */
export function balanceFormOf(
  { weighting, aggregation, gradient, balancing, norm, tasks }: Balancing,
  together: (a: number, b: number) => boolean,
): BalanceForm {
  // Batch statistics tie images together, and GradNorm measures each task by itself: lanes of their own.
  const apart = norm !== 'group' || weighting === 'gradnorm'
  const lanes = lanesOfTasks(tasks.length, apart ? () => true : together)
  const split = gradient === 'gradsplit' ? { stages: balancing.splitStages, lanes } : null
  return { weighting, aggregation, gradient, cagradC: balancing.cagradC, split }
}

/** How a run's tasks are weighed against each other: what its steps are fed, and what it remembers of them. */
export class TaskBalance {
  readonly form: BalanceForm
  readonly #configuration: Balancing
  readonly #weighting: TaskWeighting
  readonly #relations: readonly (readonly number[])[]
  readonly #rows: Float32Array
  readonly #weights: Float32Array

  constructor(configuration: Balancing, form: BalanceForm) {
    const { tasks, seed, balancing, batch } = configuration
    this.form = form
    this.#configuration = configuration
    this.#weighting = createTaskWeighting(configuration, tasks, seed)
    this.#relations = relationMatrix(tasks, balancing.negativeRelations)
    const rows = balanceFeeds(form, tasks.length, batch)[balanceKeys.rows]
    this.#rows = new Float32Array(rows?.shape.reduce((product, size) => product * size, 1) ?? 0)
    this.#weights = new Float32Array(tasks.length)
  }

  /** What a step is fed; nothing where losses are simply added up. */
  feeds({ update, active, floors }: BalanceMoment): Record<string, Float32Array> {
    if (isPlain(this.form)) return {}
    const { weighting, aggregation, tasks, seed } = this.#configuration
    const present = active.map((rows) => Array.prototype.some.call(rows, (row) => row === 1))
    const weights = presentWeights(this.#weighting.weights(update), present, weighting, aggregation)
    this.#weights.set(weights)
    const feeds: Record<string, Float32Array> = {
      [balanceKeys.weights]: this.#weights,
      [balanceKeys.floors]: Float32Array.from(floors),
    }
    if (this.form.gradient === 'pcgrad') feeds[balanceKeys.order] = conflictOrder(tasks.length, seed, update)
    if (this.form.split !== null) {
      fillSplitRows(this.#rows, this.#relations, this.form.split.lanes, active)
      feeds[balanceKeys.rows] = this.#rows
    }
    return feeds
  }

  /** Learns from a step. @throws MendError `loss-negative` */
  afterStep(outputs: Readonly<Record<string, ArrayLike<number>>>, learningRate: number): void {
    if (isPlain(this.form)) return
    const given = outputs[balanceKeys.losses]
    const losses = Array.from(this.#weights, (weight, task) => (weight > 0 ? given[task] : null))
    losses.forEach((loss, task) => {
      if (loss === null || loss > -rounding) return
      const name = this.#configuration.tasks[task]
      const hint = 'losses are −log p or squared errors and at least 0: this is a mistake of the program'
      throw new MendError('loss-negative', `the loss of ${name} is ${loss}`, hint)
    })
    const measured = outputs[balanceKeys.norms] as ArrayLike<number> | undefined
    // They were measured on ∂objective/∂loss · gradient, which is the weight in a sum.
    const norms = measured ? losses.map((loss, at) => (loss === null ? null : measured[at] / this.#weights[at])) : null
    this.#weighting.afterStep({ losses: losses.map((loss) => loss && Math.max(0, loss)), norms, learningRate })
  }

  /** Learns from an epoch: mean losses (NaN: none was seen) and validation metrics by task. */
  afterEpoch(
    losses: readonly number[],
    metrics: readonly Readonly<Record<string, number>>[],
    kinds: readonly TaskKind[],
  ): void {
    this.#weighting.afterEpoch({
      losses: losses.map((loss) => (Number.isNaN(loss) ? null : loss)),
      accuracies: metrics.map((each, task) => taskAccuracy(kinds[task], each)),
    })
  }

  /** The tasks' losses are divided by these from now on. */
  rescale(divisors: readonly number[]): void {
    this.#weighting.rescale(divisors)
  }

  state(): Float64Array {
    return this.#weighting.state()
  }

  load(state: Float64Array): void {
    this.#weighting.load(state)
  }
}
