/**
 * Multi-task uncertainty (Kendall, Gal & Cipolla, *Multi-Task Learning Using Uncertainty to Weigh Losses*, CVPR 2018), with
 * s = log σ² learned by the task: regression l/(2e^s) + s/2, optimum e^s = l; classification l·e^{−s} + s/2, optimum e^s = 2l.
 * Losses of regressions have their ½ already (l/2), so here both are L·e^{−s} + s/2.
 */
export function uncertaintyWeight(s: number): number {
  return Math.exp(-s)
}

/** The value of a task's term. */
export function uncertaintyTerm(loss: number, s: number): number {
  return loss * Math.exp(-s) + s / 2
}

/** ∂/∂s of the term. */
export function uncertaintySlope(loss: number, s: number): number {
  return 0.5 - loss * Math.exp(-s)
}
