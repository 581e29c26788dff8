/** Order statistics over arrays in which NaN means "no value". */

/** The values that are not NaN, ascending. */
export function sortedPresent(values: Float64Array): Float64Array {
  const present = new Float64Array(values.length)
  let count = 0
  for (let i = 0; i < values.length; i++) if (values[i] === values[i]) present[count++] = values[i]
  return present.subarray(0, count).sort()
}

/** Linear interpolation between order statistics; NaN for an empty array. `sorted` ascending, 0 ≤ share ≤ 1. */
export function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return NaN
  const at = share * (sorted.length - 1)
  const below = Math.floor(at)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (at - below) * (sorted[above] - sorted[below])
}

/**
 * Ranks 1 … m of the m present values, ascending, ties averaged; NaN stays NaN. Where `tie` is given, equal values are
 * ordered by it first.
 */
export function averageRanks(values: Float64Array, tie?: Float64Array): Float64Array {
  const ranks = new Float64Array(values.length).fill(NaN)
  const order = presentOrder(values, tie)
  for (let start = 0; start < order.length;) {
    let end = start + 1
    while (end < order.length && sameKey(values, tie, order[start], order[end])) end++
    for (let i = start; i < end; i++) ranks[order[i]] = (start + end + 1) / 2
    start = end
  }
  return ranks
}

/** Indices of the present values, ascending by value, then by `tie`, then by index. */
export function presentOrder(values: Float64Array, tie?: Float64Array): Uint32Array {
  let present = 0
  const order = new Uint32Array(values.length)
  for (let i = 0; i < values.length; i++) if (values[i] === values[i]) order[present++] = i
  return order
    .subarray(0, present)
    .sort((a, b) => values[a] - values[b] || (tie === undefined ? 0 : orZero(tie[a] - tie[b])) || a - b)
}

function sameKey(values: Float64Array, tie: Float64Array | undefined, a: number, b: number): boolean {
  return values[a] === values[b] && (tie === undefined || orZero(tie[a] - tie[b]) === 0)
}

function orZero(difference: number): number {
  return difference === difference ? difference : 0
}

/** Share (0 … 1) of the present values that lie below each value, ties counted half; NaN stays NaN. */
export function percentiles(values: Float64Array): Float64Array {
  const ranks = averageRanks(values)
  let present = 0
  for (const rank of ranks) if (rank === rank) present++
  return ranks.map((rank) => (rank - 0.5) / present)
}
