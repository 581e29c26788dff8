/** Learning rate of update `step` (0-based) of `steps`: linear warm-up over the first 5% (at most 200), then a cosine to 0. */
export function learningRateAt(peak: number, step: number, steps: number): number {
  const warmup = Math.max(1, Math.min(200, Math.floor(steps * 0.05)))
  if (step < warmup) return (peak * (step + 1)) / warmup
  return 0.5 * peak * (1 + Math.cos((Math.PI * (step - warmup)) / Math.max(1, steps - warmup)))
}
