import { quantile, sortedPresent } from './order.ts'

/** Where the bulk of a distribution lies and how far it spreads, deaf to a minority of large values. */
export interface Bulk {
  readonly centre: number
  /** In units of a normal distribution's standard deviation; 0 where the lower half has no spread. */
  readonly spread: number
}

/**
 * The median, and the spread of the half below it: median(median − x | x < median)/0.6745. Wrong labels raise losses and
 * parameters and so sit in the upper half, which is left out of the spread.
 */
export function lowerBulk(values: Float64Array): Bulk {
  const sorted = sortedPresent(values)
  const centre = quantile(sorted, 0.5)
  const spread = (centre - quantile(sorted, 0.25)) / 0.674489750196
  return { centre, spread: spread > 0 ? spread : 0 }
}

/** Deviations from the bulk in units of its spread, within [−8, 30]; all 0 where there is no spread, NaN stays NaN. */
export function robustDeviation(values: Float64Array): Float64Array {
  const { centre, spread } = lowerBulk(values)
  if (!(spread > 0)) return values.map((value) => (value === value ? 0 : NaN))
  return values.map((value) => Math.min(30, Math.max(-8, (value - centre) / spread)))
}
