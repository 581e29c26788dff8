import type { Random } from '../../synthetic/random.ts'

/**
 * A point of the simplex of `size` numbers, Dirichlet(α) with all parameters equal. By logarithms of gamma variates: those of small
 * α are often below what a number can be.
 */
export function dirichlet(random: Random, size: number, alpha: number): Float64Array {
  const logs = Float64Array.from({ length: size }, () => logGamma(random, alpha))
  const largest = Math.max(...logs)
  const values = logs.map((log) => Math.exp(log - largest))
  const sum = values.reduce((total, value) => total + value, 0)
  return values.map((value) => value / sum)
}

/** ln of a Gamma(α, 1) variate: Marsaglia & Tsang 2000 for α + 1 ≥ 1, times u^(1/α) (their section 6). */
function logGamma(random: Random, alpha: number): number {
  const d = alpha + 1 - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = random.normal()
    const v = (1 + c * x) ** 3
    if (v <= 0) continue
    const u = 1 - random.uniform()
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
      return Math.log(d * v) + Math.log(1 - random.uniform()) / alpha
    }
  }
}
