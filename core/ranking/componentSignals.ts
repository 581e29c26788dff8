import { robustDeviation } from './deviation.ts'
import type { EpochRecord } from './history.ts'

export interface ComponentSignals {
  /** [n] largest deviation among the label's components minus their mean; NaN with fewer than two present. */
  readonly excess: Float64Array
  /** [n] the component that `excess` speaks of, −1 where it is NaN. */
  readonly worst: Int32Array
  /** [n] largest final s among the components. */
  readonly largestS: Float64Array
  /** [n] largest mean surprise among the components; NaN where none was recorded. */
  readonly surprise: Float64Array
  /** [n × components] */
  readonly deviation: Float32Array
}

/**
 * Component-level signals of methods.md 7: every component's mean loss over the epochs is compared with the same
 * component of all other labels (robust deviation), so that an ankle is held against ankles; what the worst one has beyond
 * the label's mean is its excess, blind to how hard the picture is as a whole. Losses on
 * their own scale: on LSP-extended with one joint moved their excess finds more than that of their logs (AUROC .695, .656).
 */
export function componentSignals(epochs: readonly EpochRecord[], n: number, components: number): ComponentSignals {
  const deviation = new Float32Array(n * components).fill(NaN)
  const losses = meanOf(epochs, 'componentLoss', n * components)
  const column = new Float64Array(n)
  for (let c = 0; c < components; c++) {
    for (let i = 0; i < n; i++) column[i] = losses[i * components + c]
    const standardised = robustDeviation(column)
    for (let i = 0; i < n; i++) deviation[i * components + c] = standardised[i]
  }
  const excess = new Float64Array(n).fill(NaN)
  const worst = new Int32Array(n).fill(-1)
  for (let i = 0; i < n; i++) {
    let sum = 0
    let present = 0
    let largest = -1
    for (let at = i * components; at < (i + 1) * components; at++) {
      if (deviation[at] !== deviation[at]) continue
      sum += deviation[at]
      present++
      if (largest < 0 || deviation[at] > deviation[largest]) largest = at
    }
    if (present < 2) continue
    excess[i] = deviation[largest] - sum / present
    worst[i] = largest - i * components
  }
  const surprise = largestOf(meanOf(epochs, 'componentSurprise', n * components), n, components)
  return { excess, worst, largestS: largestFinal(epochs, n, components), surprise, deviation }
}

/** [n × components] mean over the epochs in which the component was seen, in one pass over the records' memory. */
function meanOf(
  epochs: readonly EpochRecord[],
  field: 'componentLoss' | 'componentSurprise',
  length: number,
): Float64Array {
  const mean = new Float64Array(length)
  const seen = new Uint16Array(length)
  for (const epoch of epochs) {
    const values = epoch[field]
    for (let at = 0; at < length; at++) {
      const value = values[at]
      if (value !== value) continue
      mean[at] += value
      seen[at]++
    }
  }
  for (let at = 0; at < length; at++) mean[at] = seen[at] === 0 ? NaN : mean[at] / seen[at]
  return mean
}

/** A component's final s is that of the last epoch in which it was seen. */
function largestFinal(epochs: readonly EpochRecord[], n: number, components: number): Float64Array {
  const final = new Float32Array(n * components).fill(NaN)
  for (const { componentS } of epochs) {
    for (let at = 0; at < final.length; at++) if (componentS[at] === componentS[at]) final[at] = componentS[at]
  }
  return largestOf(final, n, components)
}

/** [n] largest among a label's components; NaN where it has none. */
function largestOf(values: Float32Array | Float64Array, n: number, components: number): Float64Array {
  const largest = new Float64Array(n).fill(NaN)
  for (let i = 0; i < n; i++) {
    for (let at = i * components; at < (i + 1) * components; at++) {
      if (values[at] === values[at] && !(largest[i] >= values[at])) largest[i] = values[at]
    }
  }
  return largest
}
