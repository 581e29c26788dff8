/** exp(x) / Σ exp(x); the largest exponent is taken out, so that nothing overflows. Empty for nothing. */
export function softmax(values: readonly number[]): number[] {
  const largest = Math.max(...values)
  const powers = values.map((value) => Math.exp(value - largest))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}
