/** Relative change of accuracy below which learning another task counts as harmful (GradSplit, WACV 2023). */
const harmfulChange = -0.01

/** What one run reached, by the tasks that it learnt. */
export interface PairAccuracies {
  readonly tasks: readonly string[]
  readonly seed: number
  /** Task → accuracy on the validation split, 0 … 1, higher is better; a task is missing where it was not measured. */
  readonly accuracies: Readonly<Record<string, number>>
}

export interface MeasuredRelation {
  /** Accuracy of `to` learnt alone, and together with `from`: means over seeds; null where it was not measured. */
  readonly alone: number | null
  readonly together: number | null
  /** (together − alone)/alone. */
  readonly change: number | null
  /** Is the change below −0.01? null where it was not measured. */
  readonly measured: boolean | null
}

/** (together − alone)/alone. */
export function relativeChange(alone: number, together: number): number {
  return (together - alone) / alone
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Mean over seeds of a task's accuracy in runs that learnt exactly these tasks. */
function accuracyIn(runs: readonly PairAccuracies[], learnt: readonly string[], task: string): number | null {
  const alike = runs.filter(
    ({ tasks }) => tasks.length === learnt.length && learnt.every((each) => tasks.includes(each)),
  )
  return mean(alike.flatMap(({ accuracies }) => (task in accuracies ? [accuracies[task]] : [])))
}

/**
 * The relation from→to of GradSplit (WACV 2023, methods.md 2): negative when learning `from` as well lowers the validation accuracy of
 * `to` by more than a hundredth of it. It is not symmetric.
 */
export function measureRelation(runs: readonly PairAccuracies[], from: string, to: string): MeasuredRelation {
  const alone = accuracyIn(runs, [to], to)
  const together = accuracyIn(runs, [from, to], to)
  if (alone === null || together === null || alone <= 0) return { alone, together, change: null, measured: null }
  const change = relativeChange(alone, together)
  return { alone, together, change, measured: change < harmfulChange }
}
