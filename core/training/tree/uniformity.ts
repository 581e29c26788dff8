/**
 * How well losses follow preferences (Mahapatra & Rajan, ICML 2020; methods.md 6): 1 − KL(p ‖ 1/K), p_j = r_j·L_j / Σ r_i·L_i. At
 * most 1, where each loss is in inverse proportion to its preference; NaN where all products are 0.
 *
 * @param preferences ≥ 0 @param losses ≥ 0
 */
export function uniformity(preferences: readonly number[], losses: readonly number[]): number {
  const products = preferences.map((preference, task) => preference * losses[task])
  const sum = products.reduce((total, product) => total + product, 0)
  if (!(sum > 0)) return NaN
  const divergence = products.reduce((total, product) => {
    const share = product / sum
    return share === 0 ? total : total + share * Math.log(share * products.length)
  }, 0)
  return 1 - divergence
}
