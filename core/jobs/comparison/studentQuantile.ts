const continuedFractionSteps = 300
const bisections = 80

/** ln Γ(x) for x > 0 (Lanczos' approximation, g = 7; relative error below 1e-14). */
function logGamma(x: number): number {
  const coefficients = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
    -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ]
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const shifted = x - 1
  const sum = coefficients.reduce((total, c, at) => total + c / (shifted + at + 1), 0.9999999999998099)
  const t = shifted + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum)
}

/** Regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x)) / a
  const tiny = 1e-300
  let c = 1
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || tiny)
  let fraction = d
  for (let m = 1; m <= continuedFractionSteps; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / (1 + even * d || tiny)
    c = 1 + even / c || tiny
    fraction *= d * c
    d = 1 / (1 + odd * d || tiny)
    c = 1 + odd / c || tiny
    const step = d * c
    fraction *= step
    if (Math.abs(step - 1) < 1e-15) break
  }
  return front * fraction
}

/** P(T ≤ t) of Student's t with `degrees` degrees of freedom. */
function studentDistribution(t: number, degrees: number): number {
  const tail = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2
  return t > 0 ? 1 - tail : tail
}

/** The t that Student's distribution with `degrees` ≥ 1 degrees of freedom stays below with probability `p`, ½ ≤ p < 1. */
export function studentQuantile(p: number, degrees: number): number {
  if (!(p >= 0.5 && p < 1) || !(degrees >= 1)) throw new RangeError(`quantile ${p} of ${degrees} degrees of freedom`)
  let [low, high] = [0, 1]
  while (studentDistribution(high, degrees) < p) high *= 2
  for (let step = 0; step < bisections; step++) {
    const middle = (low + high) / 2
    if (studentDistribution(middle, degrees) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}
