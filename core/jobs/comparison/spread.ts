import type { Difference, Spread } from '../../api/comparison.ts'
import { studentQuantile } from './studentQuantile.ts'

const confidence = 0.95

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Standard deviation of a sample, n − 1 in the denominator; null below two values. */
function deviationOf(values: readonly number[], mean: number): number | null {
  if (values.length < 2) return null
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
}

/** Mean and deviation over seeds; null without a value. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null
  const mean = meanOf(values)
  return { mean, deviation: deviationOf(values, mean), count: values.length }
}

/**
 * Mean of paired differences with Student's 95% interval, mean ± t(0.975, n − 1)·s/√n; without an interval for one pair, null for
 * none.
 */
export function differenceOf(differences: readonly number[]): Difference | null {
  if (differences.length === 0) return null
  const mean = meanOf(differences)
  const deviation = deviationOf(differences, mean)
  const count = differences.length
  if (deviation === null) return { mean, low: null, high: null, count }
  const half = (studentQuantile((1 + confidence) / 2, count - 1) * deviation) / Math.sqrt(count)
  return { mean, low: mean - half, high: mean + half, count }
}
