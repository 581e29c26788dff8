import { MendError } from '../../dataset/mendError.ts'
import type { Choice, Controller, Preferences } from './controller.ts'

/** What a controllable network is asked for. */
export interface NetworkWish {
  readonly preferences: Preferences
  /** Multiply–adds of an image. */
  readonly budget: number
}

/**
 * Preferences of all of a network's tasks; those that are not named have 0.
 * @throws MendError `unknown-task`, `preference-invalid`
 */
export function completePreferences(tasks: readonly string[], given: Preferences): Preferences {
  const unknown = Object.keys(given).find((task) => !tasks.includes(task))
  if (unknown !== undefined) {
    throw new MendError('unknown-task', `the run did not learn ${unknown}`, `it learnt: ${tasks.join(', ')}`)
  }
  const complete = Object.fromEntries(tasks.map((task) => [task, given[task] ?? 0]))
  const values = Object.values(complete)
  if (values.every((value) => Number.isFinite(value) && value >= 0) && values.some((value) => value > 0))
    return complete
  const words = Object.entries(given).map(([task, value]) => `${task}=${value}`)
  throw new MendError(
    'preference-invalid',
    `nothing is preferred in ${words.join(', ') || 'no tasks'}`,
    'give each task a number of at least 0, and one of them more',
  )
}

/**
 * What a network computes for a preference and a budget.
 * @throws MendError `budget-infeasible`, which names the least that is needed; `unknown-task`, `preference-invalid`
 */
export function chosenNetwork(controller: Controller, given: Preferences, budget: number): Choice {
  const found = controller.choose(completePreferences(controller.tasks, given), budget)
  if (found.feasible) return found
  throw new MendError(
    'budget-infeasible',
    `the least network takes ${found.minimumMacs} multiply-adds an image, the budget is ${budget}`,
    `allow at least ${found.minimumMacs}`,
  )
}
