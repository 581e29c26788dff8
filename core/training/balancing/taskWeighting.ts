import type { BalancingChoices } from '../balancingChoices.ts'
import { lackOfAchievement } from './achievement.ts'
import { dynamicAverageWeights } from './dynamicAverage.ts'
import { gradientNormSlope } from './gradientNorm.ts'
import { impartialLossSlope, impartialLossWeight } from './impartialLoss.ts'
import { movedAverage } from './movingAverage.ts'
import { randomWeights } from './randomWeights.ts'
import { ScalarAdam } from './scalarAdam.ts'
import { softmax } from './softmax.ts'
import { taskPriority } from './taskPriority.ts'
import { uncertaintySlope, uncertaintyWeight } from './uncertainty.ts'

/** What a step showed; by task, null where it had no label in the batch. */
export interface StepOutcome {
  readonly losses: readonly (number | null)[]
  /** Norms of the tasks' gradients at the last shared layer, before weights; null where they are not measured. */
  readonly norms: readonly (number | null)[] | null
  /** The network's, which learned scalars share. */
  readonly learningRate: number
}

/** What an epoch showed; by task, null where nothing was seen. */
export interface EpochOutcome {
  readonly losses: readonly (number | null)[]
  /** Validation accuracies, higher is better. */
  readonly accuracies: readonly (number | null)[]
}

/** The weights of the tasks' losses from step to step, and the state that they depend on. */
export interface TaskWeighting {
  /** ≥ 0 by task, for the update of this number (from 0). */
  weights(update: number): number[]
  afterStep(outcome: StepOutcome): void
  afterEpoch(outcome: EpochOutcome): void
  /** The losses are divided by these from now on (methods.md 1: by their median of the first epoch). */
  rescale(divisors: readonly number[]): void
  /** Numbers of a fixed count, for a checkpoint; NaN: not known yet. */
  state(): Float64Array
  load(state: Float64Array): void
}

/** The weighting of a run. @param tasks their names, in order */
export function createTaskWeighting(
  { weighting, balancing }: Pick<BalancingChoices, 'weighting' | 'balancing'>,
  tasks: readonly string[],
  seed: number,
): TaskWeighting {
  const count = tasks.length
  switch (weighting) {
    case 'equal':
      return stateless(() => tasks.map(() => 1))
    case 'rlw':
      return stateless((update) => randomWeights(count, seed, update))
    case 'dwa':
      return dynamicAverage(count, balancing.dwaTemperature)
    case 'mtu':
      return learnedScalars(count, uncertaintyWeight, uncertaintySlope, 1)
    case 'imtl-l':
      return learnedScalars(count, impartialLossWeight, impartialLossSlope, -1)
    case 'gradnorm':
      return balancedNorms(count, balancing.gradnormAlpha)
    case 'dtp':
      return byAccuracy(count, (accuracies) =>
        accuracies.every((accuracy) => accuracy === null)
          ? tasks.map(() => 1)
          : withMean(accuracies.map((each) => (each === null ? null : taskPriority(each, balancing.dtpGamma)))),
      )
    case 'achievement': {
      const options = { gamma: balancing.achievementGamma, margin: balancing.achievementMargin }
      const lack = (accuracy: number | null, task: number): number | null =>
        accuracy === null ? null : lackOfAchievement(accuracy, balancing.potentials[tasks[task]], options)
      return byAccuracy(count, (accuracies) => softmax(withMean(accuracies.map(lack))))
    }
  }
}

const nothing = new Float64Array(0)

function stateless(weights: (update: number) => number[]): TaskWeighting {
  return {
    weights,
    afterStep: () => undefined,
    afterEpoch: () => undefined,
    rescale: () => undefined,
    state: () => nothing,
    load: () => undefined,
  }
}

/** Unknown ones get the mean of the known ones; 0 where none is known. */
function withMean(values: readonly (number | null)[]): number[] {
  const known = values.filter((value) => value !== null)
  const mean = known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length
  return values.map((value) => value ?? mean)
}

const fromNull = (value: number | null | undefined): number => value ?? NaN
const toNull = (value: number): number | null => (Number.isNaN(value) ? null : value)

/** DWA: state [2 × K], mean losses of the last epoch and the one before. */
function dynamicAverage(count: number, temperature: number): TaskWeighting {
  const epochs = new Float64Array(count * 2).fill(NaN)
  const epoch = (at: number): (number | null)[] => [...epochs.subarray(at * count, (at + 1) * count)].map(toNull)
  return {
    ...stateless(() => dynamicAverageWeights(epoch(0), epoch(1), temperature)),
    afterEpoch({ losses }) {
      epochs.copyWithin(count, 0, count)
      epochs.set(losses.map(fromNull))
    },
    // The epoch's losses come as they would have been with the new scale.
    state: () => epochs.slice(),
    load: (state) => epochs.set(state),
  }
}

/** MTU and IMTL-L: s by task, stepped by Adam with the network's learning rate. @param sign of ln L in the optimum's s */
function learnedScalars(
  count: number,
  weightOf: (s: number) => number,
  slopeOf: (loss: number, s: number) => number,
  sign: 1 | -1,
): TaskWeighting {
  const scalars = new ScalarAdam(new Array<number>(count).fill(0))
  return {
    ...stateless(() => Array.from({ length: count }, (_, task) => weightOf(scalars.value(task)))),
    afterStep({ losses, learningRate }) {
      losses.forEach((loss, task) => {
        if (loss !== null) scalars.step(task, slopeOf(loss, scalars.value(task)), learningRate)
      })
    },
    rescale(divisors) {
      // What a task weighs stays what it was.
      divisors.forEach((divisor, task) => scalars.set(task, scalars.value(task) - sign * Math.log(divisor)))
    },
    state: () => scalars.state.slice(),
    load: (state) => scalars.state.set(state),
  }
}

/** Adam's step size for GradNorm's weights, as in implementations of it; its paper uses the network's optimizer. */
const normRate = 0.025
/** Below it a task would be lost for good, since its gradient's norm no longer counts. */
const leastWeight = 0.01

/** GradNorm: state, ScalarAdam's of the weights, then the K first losses. */
function balancedNorms(count: number, alpha: number): TaskWeighting {
  const weights = new ScalarAdam(new Array<number>(count).fill(1))
  const first = new Float64Array(count).fill(NaN)
  const current = (): number[] => Array.from({ length: count }, (_, task) => weights.value(task))
  const normalise = (values: readonly number[]): void => {
    const raised = values.map((value) => Math.max(leastWeight, value))
    const sum = raised.reduce((total, value) => total + value, 0)
    raised.forEach((value, task) => weights.set(task, (value * count) / sum))
  }
  return {
    ...stateless(current),
    afterStep({ losses, norms }) {
      const there = losses.flatMap((loss, task) => (loss !== null && typeof norms?.[task] === 'number' ? [task] : []))
      const known = there.map((task) => losses[task] ?? 0)
      there.forEach((task, at) => {
        if (Number.isNaN(first[task])) first[task] = Math.max(known[at], 1e-8)
      })
      const slopes = gradientNormSlope(
        there.map((task) => weights.value(task)),
        there.map((task) => norms?.[task] ?? 0),
        there.map((task, at) => known[at] / first[task]),
        alpha,
      )
      there.forEach((task, at) => weights.step(task, slopes[at], normRate))
      normalise(current())
    },
    rescale(divisors) {
      divisors.forEach((divisor, task) => (first[task] /= divisor))
      normalise(current().map((value, task) => value * divisors[task]))
    },
    state: () => Float64Array.of(...weights.state, ...first),
    load(state) {
      weights.state.set(state.subarray(0, weights.state.length))
      first.set(state.subarray(weights.state.length))
    },
  }
}

/** DTP and achievement: state, the K smoothed accuracies. */
function byAccuracy(count: number, weightsOf: (accuracies: readonly (number | null)[]) => number[]): TaskWeighting {
  const smoothed = new Float64Array(count).fill(NaN)
  return {
    ...stateless(() => weightsOf([...smoothed].map(toNull))),
    afterEpoch({ accuracies }) {
      accuracies.forEach((accuracy, task) => {
        if (accuracy !== null) smoothed[task] = movedAverage(toNull(smoothed[task]), accuracy)
      })
    },
    state: () => smoothed.slice(),
    load: (state) => smoothed.set(state),
  }
}
