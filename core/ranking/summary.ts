import { findGroups } from './cut.ts'
import { lowerBulk } from './deviation.ts'
import type { EpochRecord, TaskHistory } from './history.ts'
import { quantile, sortedPresent } from './order.ts'
import type { RankedTask } from './rankTasks.ts'
import { signalNames, type SignalName } from './signalFields.ts'

/** Lower quartile, median and upper quartile; null where no label has a value. */
export type Quartiles = readonly [number, number, number] | null

/**
 * What a ranking says of a task's labels as a whole: enough to draw the distribution with its cut and to hold one label
 * against all others without reading them. Some 30 kB of JSON whatever the number of labels.
 */
export interface TaskSummary {
  /** Labels that were ranked. */
  readonly labels: number
  readonly cut: {
    readonly verdict: 'corruption' | 'none'
    readonly signal: 's' | 'meanLoss'
    /** Values from here on are flagged; null without corruption. */
    readonly threshold: number | null
    readonly estimatedNoise: number
    readonly separation: number
    readonly explanation: string
  }
  /** The distribution of the cut's signal in equal bins; null where no label has a value. */
  readonly distribution: {
    readonly low: number
    readonly high: number
    readonly counts: readonly number[]
    /** How many of each bin's labels are likely wrong; null where no group of labels stands apart. */
    readonly wrong: readonly number[] | null
  } | null
  /** Signal → its values at `summaryShares`, ascending; signals that no label has are missing. */
  readonly signals: Readonly<Partial<Record<SignalName, readonly number[]>>>
  /** Per recorded epoch: its number, and the quartiles of s and of the loss over the labels. */
  readonly course: {
    readonly epochs: readonly number[]
    readonly s: readonly Quartiles[]
    readonly loss: readonly Quartiles[]
  }
  /** Each component's usual mean loss over the counted epochs and its spread, for deviations; spread 0: all alike. */
  readonly components: readonly { readonly name: string; readonly centre: number; readonly spread: number }[]
  /** Epochs up to this one did not count in means. */
  readonly warmupEpochs: number
}

const bins = 240

/** Shares at which a summary keeps a signal's values: every hundredth, and finer at the suspicious end. */
export const summaryShares: readonly number[] = [
  ...Array.from({ length: 100 }, (_, at) => at / 100),
  0.992,
  0.994,
  0.996,
  0.998,
  0.999,
  0.9995,
  1,
]

/** Quartiles of the course and of components are taken over at most this many labels, evenly spaced. */
const mostSampled = 50_000

export function summariseTask({ signals, cut }: RankedTask, warmupEpochs: number): TaskSummary {
  const { history, values } = signals
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
  return {
    labels: history.labels.length,
    cut: {
      verdict: cut.verdict,
      signal: cut.signal,
      threshold: finite(cut.threshold),
      estimatedNoise: cut.estimatedNoise,
      separation: cut.separation,
      explanation: cut.explanation,
    },
    distribution: distributionOf(values[cut.signal], cut.verdict === 'corruption'),
    signals: Object.fromEntries(
      signalNames.flatMap((name) => {
        const sorted = sortedPresent(values[name])
        return sorted.length === 0 ? [] : [[name, summaryShares.map((share) => quantile(sorted, share))]]
      }),
    ),
    course: courseOf(history),
    components: componentBulks(history, warmupEpochs),
    warmupEpochs,
  }
}

function distributionOf(values: Float64Array, corrupt: boolean): TaskSummary['distribution'] {
  const sorted = sortedPresent(values)
  if (sorted.length === 0) return null
  const [low, high] = [sorted[0], sorted[sorted.length - 1]]
  const width = high > low ? (high - low) / bins : 1
  const groups = corrupt ? findGroups(values) : null
  const counts = new Array<number>(bins).fill(0)
  const wrong = new Array<number>(bins).fill(0)
  for (const value of sorted) {
    const bin = Math.min(bins - 1, Math.floor((value - low) / width))
    counts[bin]++
    if (groups !== null && 'logOdds' in groups) wrong[bin] += 1 / (1 + Math.exp(-groups.logOdds(value)))
  }
  return {
    low,
    high: low + bins * width,
    counts,
    wrong: groups !== null && 'logOdds' in groups ? wrong.map((sum) => Number(sum.toPrecision(6))) : null,
  }
}

function sampled(n: number): Uint32Array {
  const step = Math.max(1, Math.ceil(n / mostSampled))
  return Uint32Array.from({ length: Math.ceil(n / step) }, (_, at) => at * step)
}

function quartiles(column: Float32Array, rows: Uint32Array): Quartiles {
  const sorted = sortedPresent(Float64Array.from(rows, (row) => column[row]))
  if (sorted.length === 0) return null
  return [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)]
}

function courseOf({ epochs, labels }: TaskHistory): TaskSummary['course'] {
  const rows = sampled(labels.length)
  return {
    epochs: epochs.map((record) => record.epoch),
    s: epochs.map((record) => quartiles(record.s, rows)),
    loss: epochs.map((record) => quartiles(record.loss, rows)),
  }
}

/** The epochs whose losses count in means: those after warm-up, and the last one whatever its number. */
export function countedEpochs<T extends { readonly epoch: number }>(epochs: readonly T[], warmupEpochs: number): T[] {
  return epochs.filter((record, at) => record.epoch > warmupEpochs || at === epochs.length - 1)
}

function componentBulks({ epochs, labels, components }: TaskHistory, warmupEpochs: number): TaskSummary['components'] {
  const rows = sampled(labels.length)
  const counted = countedEpochs(epochs, warmupEpochs)
  return components.map((name, c) => {
    const mean = Float64Array.from(rows, (row) => meanLoss(counted, row * components.length + c))
    const { centre, spread } = lowerBulk(mean)
    return { name, centre: Number.isFinite(centre) ? centre : 0, spread }
  })
}

/** Mean over the epochs in which the component was seen; NaN: never. */
function meanLoss(epochs: readonly EpochRecord[], at: number): number {
  let [sum, seen] = [0, 0]
  for (const { componentLoss } of epochs) {
    const loss = componentLoss[at]
    if (loss !== loss) continue
    sum += loss
    seen++
  }
  return seen === 0 ? NaN : sum / seen
}

/** Share (0 … 1) of the labels with a lower value, read off a summary's quantiles; ties count half. */
export function shareBelow(quantiles: readonly number[], value: number): number {
  const last = quantiles.length - 1
  if (!(value >= quantiles[0])) return 0
  if (value > quantiles[last]) return 1
  const share = (at: number): number => summaryShares[at] ?? 1
  const first = quantiles.findIndex((one) => one >= value)
  if (quantiles[first] > value) {
    const [low, high] = [quantiles[first - 1], quantiles[first]]
    return share(first - 1) + ((value - low) / (high - low)) * (share(first) - share(first - 1))
  }
  const lastEqual = quantiles.findLastIndex((one) => one === value)
  return (share(first) + share(lastEqual)) / 2
}
