/**
 * GradNorm's slope: ∂/∂w of Σ|G_i − Ḡ·r_i^α| with G_i = w_i·n_i and the target held constant; r_i = (L_i/L_i⁰)/mean, the task's
 * relative inverse training rate (Chen et al., *GradNorm*, ICML 2018, eq. 2).
 * @param norms n: norms of the tasks' gradients at the last shared layer, before weights
 * @param progress L_i/L_i⁰
 */
export function gradientNormSlope(
  weights: readonly number[],
  norms: readonly number[],
  progress: readonly number[],
  alpha: number,
): number[] {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const weighted = weights.map((weight, task) => weight * norms[task])
  const meanNorm = mean(weighted)
  const meanProgress = Math.max(mean(progress), 1e-12)
  return weighted.map((norm, task) => {
    const target = meanNorm * (progress[task] / meanProgress) ** alpha
    return Math.sign(norm - target) * norms[task]
  })
}
