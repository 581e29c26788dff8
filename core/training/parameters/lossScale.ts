import { MendError } from '../../dataset/mendError.ts'

/**
 * The number by which a task's losses are divided so that a typical one is about 1: their median over the first epoch
 * (NaN: no label). Without it losses below e^{−4} pin clean and corrupt labels alike at the lower clamp of s. 1 when there
 * is no loss; a median of 0 falls back to the mean of the positive ones, then to 1. Throws `parameters-loss` when a loss
 * is negative or infinite.
 */
export function lossScale(losses: Float32Array): number {
  const present = losses.filter((loss) => !Number.isNaN(loss)).sort()
  if (present.length === 0) return 1
  if (present[0] < 0 || present[present.length - 1] === Infinity) {
    throw new MendError(
      'parameters-loss',
      `losses between ${present[0]} and ${present[present.length - 1]}`,
      'Losses are −log p or squared errors, finite and at least 0.',
    )
  }
  const middle = present.length >> 1
  const median = present.length % 2 === 1 ? present[middle] : (present[middle - 1] + present[middle]) / 2
  if (median > 0) return median
  const positive = present.filter((loss) => loss > 0)
  return positive.length === 0 ? 1 : positive.reduce((sum, loss) => sum + loss, 0) / positive.length
}
