/**
 * IMTL-L: e^s·L − s with s learned by the task; at the optimum e^s = 1/L every task's scaled loss is 1 (Liu et al., *Towards
 * Impartial Multi-task Learning*, ICLR 2021, section 3.2).
 */
export function impartialLossWeight(s: number): number {
  return Math.exp(s)
}

/** The value of a task's term. */
export function impartialLossTerm(loss: number, s: number): number {
  return loss * Math.exp(s) - s
}

/** ∂/∂s of the term. */
export function impartialLossSlope(loss: number, s: number): number {
  return loss * Math.exp(s) - 1
}
