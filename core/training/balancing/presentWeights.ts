import type { Aggregation, Weighting } from '../balancingChoices.ts'

/** Weightings whose weights sum to 1. */
const simplex: readonly Weighting[] = ['rlw', 'achievement']

/**
 * The weights of the tasks that have a label in the batch, 0 for the others (methods.md 3: they are dropped and the weights are
 * brought to their sum again). In a geometric mean they are exponents and sum to 1. In a sum those that share out a whole still
 * sum to it; the others stay as they are, so that a task's step does not depend on who else is there.
 */
export function presentWeights(
  weights: readonly number[],
  present: readonly boolean[],
  weighting: Weighting,
  aggregation: Aggregation,
): number[] {
  const kept = weights.map((weight, task) => (present[task] ? weight : 0))
  if (aggregation === 'sum' && !simplex.includes(weighting)) return kept
  const sum = kept.reduce((total, weight) => total + weight, 0)
  return sum > 0 ? kept.map((weight) => weight / sum) : kept
}
