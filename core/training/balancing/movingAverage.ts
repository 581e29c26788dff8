/** Share of the new value in a moving average of validation accuracies (AMTL's code). */
const newShare = 0.1

/** Exponential moving average: the first value as it is, then 0.1·new + 0.9·old (methods.md 3). */
export function movedAverage(before: number | null, value: number): number {
  return before === null ? value : newShare * value + (1 - newShare) * before
}
