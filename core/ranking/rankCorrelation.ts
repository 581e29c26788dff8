import { averageRanks } from './order.ts'

/**
 * Spearman's rank correlation of two lists, −1 … 1: Pearson's of their ranks, equal values sharing the mean of theirs.
 * @returns null where one of them does not vary, or there are fewer than two values
 * @throws RangeError lists of different lengths
 */
export function spearman(a: readonly number[], b: readonly number[]): number | null {
  if (a.length !== b.length) throw new RangeError(`${a.length} values beside ${b.length}`)
  const [x, y] = [a, b].map((values) => centred([...averageRanks(Float64Array.from(values))]))
  const product = (p: readonly number[], q: readonly number[]): number =>
    p.reduce((sum, value, at) => sum + value * q[at], 0)
  const scale = Math.sqrt(product(x, x) * product(y, y))
  return scale === 0 ? null : product(x, y) / scale
}

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.map((value) => value - mean)
}
