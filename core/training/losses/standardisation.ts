/** Location and spread of each component of a regression target over the training labels. */
export interface Standardisation {
  readonly mean: Float32Array
  /** > 0 */
  readonly deviation: Float32Array
}

/**
 * Median and interquartile range (scaled to a normal's σ) of each column of `rows` [n × components], NaN left out. Robust,
 * since some of the labels are wrong. A column without spread gets the deviation 1.
 */
export function standardise(rows: Float32Array, components: number): Standardisation {
  const mean = new Float32Array(components)
  const deviation = new Float32Array(components).fill(1)
  const column: number[] = []
  for (let component = 0; component < components; component++) {
    column.length = 0
    for (let at = component; at < rows.length; at += components) if (!Number.isNaN(rows[at])) column.push(rows[at])
    if (column.length === 0) continue
    const sorted = Float64Array.from(column).sort()
    const quantile = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]
    mean[component] = quantile(0.5)
    const spread = (quantile(0.75) - quantile(0.25)) / 1.349
    if (spread > 1e-6) deviation[component] = spread
  }
  return { mean, deviation }
}
