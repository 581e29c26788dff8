import { hypervolume } from './hypervolume.ts'
import { spearman } from './rankCorrelation.ts'

/** A preference and budget, and what a controllable network made of it. */
export interface ControlPoint {
  /** By task, ≥ 0. */
  readonly preferences: Readonly<Record<string, number>>
  /** C, multiply–adds of an image that were allowed. */
  readonly budget: number
  /** F, multiply–adds of an image that were computed. */
  readonly macs: number
  /** Accuracy by task, 0 … 1, higher is better; null where it could not be measured. */
  readonly accuracies: Readonly<Record<string, number | null>>
}

/** How well a network does what it is told (methods.md 5). */
export interface Controllability {
  /** See `controlVolume`. */
  readonly hypervolume: number
  readonly controlError: number
  readonly overshoot: number
  readonly spearman: { readonly tasks: Readonly<Record<string, number | null>>; readonly mean: number | null }
}

/**
 * Costs are held against a little more than the largest network's: at exactly its cost the best points would be worth nothing.
 */
const costReference = 1.1

export function controllability(
  points: readonly ControlPoint[],
  tasks: readonly string[],
  maximumMacs: number,
): Controllability {
  const correlations = tasks.map((task) => [task, preferenceCorrelation(points, task)] as const)
  const known = correlations.flatMap(([, value]) => (value === null ? [] : [value]))
  return {
    hypervolume: controlVolume(points, tasks, maximumMacs),
    controlError: controlError(points, maximumMacs),
    overshoot: overshoot(points),
    spearman: { tasks: Object.fromEntries(correlations), mean: known.length === 0 ? null : meanOf(known) },
  }
}

/**
 * Hypervolume of (error of every task, cost) as a share, 0 … 1, of the box from nothing wrong at no cost to everything wrong at 1.1 of
 * the largest network's cost. Tasks that could not be measured are left out.
 */
export function controlVolume(points: readonly ControlPoint[], tasks: readonly string[], maximumMacs: number): number {
  const measured = tasks.filter((task) => points.every(({ accuracies }) => typeof accuracies[task] === 'number'))
  const solutions = points.map(({ accuracies, macs }) => [
    macs / maximumMacs,
    ...measured.map((task) => 1 - (accuracies[task] ?? 0)),
  ])
  return hypervolume(solutions, [costReference, ...measured.map(() => 1)]) / costReference
}

/** Mean of |F − C| / C over the points whose budget the largest network exceeds: above that there is nothing to control. */
export function controlError(points: readonly ControlPoint[], maximumMacs: number): number {
  const limited = points.filter(({ budget }) => budget < maximumMacs)
  return meanOf(limited.map(({ budget, macs }) => Math.abs(macs - budget) / budget))
}

/** The largest (F − C) / C of a point above its budget; 0 where all keep theirs. */
export function overshoot(points: readonly ControlPoint[]): number {
  return points.reduce((most, { budget, macs }) => Math.max(most, (macs - budget) / budget), 0)
}

/**
 * Rank correlation of a task's share of the preference with its accuracy, the mean over budgets: across budgets the cost would hide
 * what the preference does.
 */
export function preferenceCorrelation(points: readonly ControlPoint[], task: string): number | null {
  const byBudget = Map.groupBy(points, ({ budget }) => budget)
  const found = [...byBudget.values()].flatMap((group) => {
    const pairs = group.flatMap(({ preferences, accuracies }) => {
      const accuracy = accuracies[task]
      const total = Object.values(preferences).reduce((sum, value) => sum + value, 0)
      return typeof accuracy === 'number' ? [[(preferences[task] ?? 0) / total, accuracy] as const] : []
    })
    const correlation = spearman(
      pairs.map(([preference]) => preference),
      pairs.map(([, accuracy]) => accuracy),
    )
    return correlation === null ? [] : [correlation]
  })
  return found.length === 0 ? null : meanOf(found)
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
