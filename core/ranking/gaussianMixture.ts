/** Points with weights (counts): a histogram's bin centres, or the values themselves with weight 1. */
export interface WeightedPoints {
  readonly x: Float64Array
  readonly weight: Float64Array
}

export interface Gaussian {
  /** Share of the mixture. */
  readonly share: number
  readonly mean: number
  readonly deviation: number
}

export interface Mixture {
  /** Ascending by mean. */
  readonly components: readonly Gaussian[]
  readonly logLikelihood: number
}

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI)

/** log of share · N(x; mean, deviation). */
export function logDensity({ share, mean, deviation }: Gaussian, x: number): number {
  return Math.log(share) - Math.log(deviation) - halfLogTwoPi - 0.5 * ((x - mean) / deviation) ** 2
}

/** The maximum-likelihood Gaussian. `floor`: least deviation. */
export function fitOne(points: WeightedPoints, floor: number): Mixture {
  const { mean, deviation, total } = moments(points)
  const gaussian = { share: 1, mean, deviation: Math.max(deviation, floor) }
  const misfit = (deviation / gaussian.deviation) ** 2
  return {
    components: [gaussian],
    logLikelihood: -total * (Math.log(gaussian.deviation) + halfLogTwoPi + 0.5 * misfit),
  }
}

/**
 * Two Gaussians by EM (Dempster, Laird, Rubin 1977): short runs from splits of the points at several shares of the weight,
 * then the best of them to convergence. Neither deviation falls below `floor`, or a few equal values would make a component
 * of their own with unbounded likelihood. Points must be ascending.
 */
export function fitTwo(points: WeightedPoints, floor: number): Mixture {
  const total = points.weight.reduce((sum, w) => sum + w, 0)
  const fits = [0.5, 0.7, 0.85, 0.95, 0.99].map((split) => {
    const upper = splitAt(points, split * total)
    return { upper, mixture: expectationMaximisation(points, upper, total, floor, 12) }
  })
  const best = fits.reduce((a, b) => (b.mixture.logLikelihood > a.mixture.logLikelihood ? b : a))
  return expectationMaximisation(points, best.upper, total, floor, 300)
}

/** Responsibilities of the upper component: 0 for the lowest points up to a weight of `share`, 1 beyond. */
function splitAt({ x, weight }: WeightedPoints, share: number): Float64Array {
  const upper = new Float64Array(x.length)
  for (let i = 0, below = 0; i < x.length; i++) {
    upper[i] = below >= share || i === x.length - 1 ? 1 : 0
    below += weight[i]
  }
  return upper
}

/** At most `rounds` rounds from the responsibilities in `upper`, which are overwritten. */
function expectationMaximisation(
  points: WeightedPoints,
  upper: Float64Array,
  total: number,
  floor: number,
  rounds: number,
): Mixture {
  const { x, weight } = points
  let [low, high] = maximise(points, upper, total, floor)
  let logLikelihood = -Infinity
  for (let round = 0; round < rounds; round++) {
    const before = logLikelihood
    logLikelihood = 0
    const lowPeak = logDensity(low, low.mean)
    const highPeak = logDensity(high, high.mean)
    const lowCurve = 0.5 / low.deviation ** 2
    const highCurve = 0.5 / high.deviation ** 2
    for (let i = 0; i < x.length; i++) {
      const a = lowPeak - lowCurve * (x[i] - low.mean) ** 2
      const b = highPeak - highCurve * (x[i] - high.mean) ** 2
      const sum = Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)))
      upper[i] = Math.exp(b - sum)
      logLikelihood += weight[i] * sum
    }
    if (logLikelihood - before < 1e-7 * total) break
    ;[low, high] = maximise(points, upper, total, floor)
  }
  return { components: low.mean <= high.mean ? [low, high] : [high, low], logLikelihood }
}

/** The M step: `upper` holds each point's responsibility for the second component. */
function maximise(
  { x, weight }: WeightedPoints,
  upper: Float64Array,
  total: number,
  floor: number,
): [Gaussian, Gaussian] {
  const sums = [
    { w: 0, x: 0, xx: 0 },
    { w: 0, x: 0, xx: 0 },
  ]
  for (let i = 0; i < x.length; i++) {
    const high = weight[i] * upper[i]
    const low = weight[i] - high
    sums[0].w += low
    sums[0].x += low * x[i]
    sums[1].w += high
    sums[1].x += high * x[i]
  }
  const means = sums.map((sum) => sum.x / Math.max(sum.w, 1e-12))
  for (let i = 0; i < x.length; i++) {
    const high = weight[i] * upper[i]
    sums[0].xx += (weight[i] - high) * (x[i] - means[0]) ** 2
    sums[1].xx += high * (x[i] - means[1]) ** 2
  }
  const gaussian = (k: 0 | 1): Gaussian => ({
    share: Math.min(1 - 1e-9, Math.max(1e-9, sums[k].w / total)),
    mean: means[k],
    deviation: Math.max(floor, Math.sqrt(sums[k].xx / Math.max(sums[k].w, 1e-12))),
  })
  return [gaussian(0), gaussian(1)]
}

function moments({ x, weight }: WeightedPoints): { mean: number; deviation: number; total: number } {
  let total = 0
  let sum = 0
  for (let i = 0; i < x.length; i++) {
    total += weight[i]
    sum += weight[i] * x[i]
  }
  const mean = sum / total
  let squares = 0
  for (let i = 0; i < x.length; i++) squares += weight[i] * (x[i] - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / total), total }
}
