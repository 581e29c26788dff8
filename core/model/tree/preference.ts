/** Tasks preferred by less than this share of an even preference have no say in what is shared: τ = 0.6/K (methods.md 6). */
const activeShare = 0.6

/** Preferences in the order of the tasks, of sum 1. @param preferences of each task, finite and ≥ 0, one of them above 0 */
export function preferenceShares(
  preferences: Readonly<Record<string, number>>,
  tasks: readonly string[],
): readonly number[] {
  const values = tasks.map((task) => preferences[task])
  const largest = Math.max(...values)
  // By the largest first: their sum could be too large for a number.
  const relative = values.map((value) => value / largest)
  const sum = relative.reduce((total, value) => total + value, 0)
  return relative.map((value) => value / sum)
}

/** Whether each task is preferred enough to be active: r ≥ τ = 0.6/K. */
export function activeTasks(shares: ArrayLike<number>): boolean[] {
  return Array.from(shares, (share) => share >= activeShare / shares.length)
}
