/** Which quantiles a distribution is told by: the box of the quartiles, whiskers and tails. */
const distributionLevels = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const

/**
 * The quantiles of `distributionLevels` among the finite values, linear between neighbours (R's type 7); null where there
 * is none.
 */
export function quantilesOf(values: Float32Array): number[] | null {
  const sorted = values.filter(Number.isFinite).sort()
  const n = sorted.length
  if (n === 0) return null
  return distributionLevels.map((level) => {
    const place = level * (n - 1)
    const below = Math.floor(place)
    const above = Math.min(n - 1, below + 1)
    return sorted[below] + (place - below) * (sorted[above] - sorted[below])
  })
}

/** Quantiles of one task in one epoch: of the learned parameters s = log σ² (null without them) and of the losses. */
export interface TaskDistribution {
  readonly s: readonly number[] | null
  readonly loss: readonly number[] | null
}
