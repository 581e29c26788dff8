import type { TaskHistory } from './history.ts'
import { quantile, sortedPresent } from './order.ts'

/** s of label i after each epoch; NaN where it was not seen. */
export function labelTrajectory(history: TaskHistory, i: number): number[] {
  return history.epochs.map((epoch) => epoch.s[i])
}

/** Median over all labels of s after each epoch; NaN without parameters. */
export function medianTrajectory(history: TaskHistory): number[] {
  return history.epochs.map((epoch) => quantile(sortedPresent(Float64Array.from(epoch.s)), 0.5))
}
