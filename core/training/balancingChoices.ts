/**
 * How the losses of several tasks become one update: three independent choices (methods.md 4), each with its parameters. Part of
 * the contract of runs; the methods themselves are in training/balancing.
 */

export const weightings = ['equal', 'rlw', 'dwa', 'mtu', 'dtp', 'gradnorm', 'imtl-l', 'achievement'] as const
/** The factor of each task's loss. */
export type Weighting = (typeof weightings)[number]

export const aggregations = ['sum', 'geometric'] as const
/** Σ w·L, or Π L^w with the weights scaled to a sum of 1. */
export type Aggregation = (typeof aggregations)[number]

export const gradientMethods = ['none', 'gradsplit', 'pcgrad', 'cagrad', 'mgda', 'imtl-g'] as const
/** What becomes of the tasks' gradients in the layers that they share; heads always receive their own task's. */
export type GradientMethod = (typeof gradientMethods)[number]

/** Parameters of the methods; each is read by the methods that have it and else of no effect. */
export interface BalancingOptions {
  /** T of DWA: larger is more even. */
  readonly dwaTemperature: number
  /** γ of DTP, (1 − κ)^γ. */
  readonly dtpGamma: number
  /** α of GradNorm: how strongly tasks that lag behind are favoured. */
  readonly gradnormAlpha: number
  /** γ of achievement-based weights. */
  readonly achievementGamma: number
  /** Share that is added to each potential. */
  readonly achievementMargin: number
  /** Task → accuracy (higher is better, see metrics/taskAccuracy.ts) of a network that learns it alone, above 0. */
  readonly potentials: Readonly<Record<string, number>>
  /** c of CAGrad, 0 … 1: how far from the mean gradient its answer may lie. */
  readonly cagradC: number
  /** [from, to]: learning `from` harms `to`, so GradSplit keeps from's gradient out of to's channels. */
  readonly negativeRelations: readonly (readonly [from: string, to: string])[]
  /** How many of the encoder's stages GradSplit splits, counted from the last; what follows the encoder is split too. */
  readonly splitStages: number
}

export interface BalancingChoices {
  readonly weighting: Weighting
  readonly aggregation: Aggregation
  readonly gradient: GradientMethod
  readonly balancing: BalancingOptions
}

export const defaultBalancing: BalancingOptions = {
  dwaTemperature: 2,
  dtpGamma: 1,
  gradnormAlpha: 1.5,
  achievementGamma: 2,
  achievementMargin: 0.05,
  potentials: {},
  cagradC: 0.5,
  negativeRelations: [],
  splitStages: 2,
}

/** MGDA and CAGrad try 2^K − 1 faces of the simplex at once. */
const mostSimplexTasks = 8

/** Why choices cannot be trained with, and what to do; `field` is the option that is at fault. */
export interface BalancingRefusal {
  readonly field: 'weighting' | 'gradient' | 'balancing'
  readonly message: string
  readonly hint: string
}

/** The first reason why these choices make no sense for these tasks; null where they do. */
export function refuseBalancing(
  { weighting, aggregation, gradient, balancing }: BalancingChoices,
  tasks: readonly string[],
): BalancingRefusal | null {
  if (tasks.length < 2) {
    const hint = 'learn two tasks or more, or choose equal weights and no gradient method'
    if (gradient !== 'none') return refusal('gradient', `${gradient} mediates between tasks, and there is one`, hint)
    if (weighting !== 'equal') return refusal('weighting', `${weighting} weighs tasks, and there is one`, hint)
  }
  if (aggregation === 'geometric' && (weighting === 'mtu' || weighting === 'imtl-l')) {
    return refusal(
      'weighting',
      `${weighting} scales each loss, which a geometric mean does not notice`,
      'sum the losses, or choose another weighting',
    )
  }
  if (gradient === 'imtl-g' && weighting !== 'equal' && weighting !== 'imtl-l') {
    return refusal(
      'weighting',
      `imtl-g does not notice how long the tasks’ gradients are, so ${weighting} could change nothing that they share`,
      'choose equal weights or imtl-l with it',
    )
  }
  if ((gradient === 'mgda' || gradient === 'cagrad') && tasks.length > mostSimplexTasks) {
    const message = `${gradient} looks at every set of tasks, which for ${tasks.length} are too many`
    return refusal('gradient', message, `learn at most ${mostSimplexTasks} tasks with it, or choose pcgrad or imtl-g`)
  }
  if (weighting === 'achievement') {
    const missing = tasks.filter((task) => !(task in balancing.potentials))
    if (missing.length > 0) {
      return refusal(
        'balancing',
        `achievement needs what each task reaches alone; not known for ${missing.join(', ')}`,
        'train each task alone first, or give --potential TASK=ACCURACY',
      )
    }
  }
  return gradient === 'gradsplit' ? refuseRelations(balancing, tasks) : null
}

function refuseRelations({ negativeRelations }: BalancingOptions, tasks: readonly string[]): BalancingRefusal | null {
  for (const [from, to] of negativeRelations) {
    if (from === to) {
      return refusal('balancing', `${from} cannot be in conflict with itself`, 'name two different tasks')
    }
    const unknown = [from, to].find((task) => !tasks.includes(task))
    if (unknown !== undefined) {
      return refusal('balancing', `the relation ${from}->${to} names ${unknown}, which is not learnt`, 'leave it out')
    }
  }
  return null
}

function refusal(field: BalancingRefusal['field'], message: string, hint: string): BalancingRefusal {
  return { field, message, hint }
}
