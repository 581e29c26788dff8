/** What is known of the cost of one run of a set. */
export interface TimedRun {
  /** Runs of one kind cost the same a epoch. */
  readonly kind: string
  readonly epochs: number
  readonly epochsDone: number
  /** Seconds that its epochs took; null where they are not all from one piece of work. */
  readonly seconds: number | null
}

/**
 * Seconds until all runs are done: the epochs that are left at the mean pace of finished runs of the same kind, and where none of
 * that kind is finished at the mean pace of all. null before any is.
 */
export function secondsLeft(runs: readonly TimedRun[]): number | null {
  const finished = runs.filter(({ epochs, epochsDone, seconds }) => seconds !== null && epochsDone >= epochs)
  const left = runs.filter(({ epochs, epochsDone }) => epochsDone < epochs)
  if (left.length === 0) return 0
  const pace = (of: readonly TimedRun[]): number | null => {
    const epochs = of.reduce((sum, run) => sum + run.epochs, 0)
    return epochs === 0 ? null : of.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0) / epochs
  }
  const usual = pace(finished)
  if (usual === null) return null
  return left.reduce((sum, { kind, epochs, epochsDone }) => {
    const own = pace(finished.filter((run) => run.kind === kind)) ?? usual
    return sum + (epochs - epochsDone) * own
  }, 0)
}
