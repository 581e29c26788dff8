import { MendError } from '../dataset/mendError.ts'
import { componentSignals } from './componentSignals.ts'
import { crossTaskResiduals } from './crossTask.ts'
import type { EpochRecord, TaskHistory } from './history.ts'
import type { SignalName } from './signalFields.ts'

/** The signals of one task's labels, in the order of its history. */
export interface TaskSignals {
  readonly history: TaskHistory
  /** [n] each, larger is more suspect; NaN where a signal does not apply or was never seen. */
  readonly values: Readonly<Record<SignalName, Float64Array>>
  /** [n × components] robust deviation of the component's mean loss from the same component elsewhere; NaN absent. */
  readonly deviation: Float32Array
  /** [n] the component with the largest excess; −1 where the label has fewer than two. */
  readonly worstComponent: Int32Array
  /** Share of the labels whose final s, or one of its components, lies at the clamp ±4. */
  readonly clamped: number
}

export interface SignalOptions {
  /** Epochs up to this one do not count in means (default 1); the last epoch always counts. */
  readonly warmupEpochs?: number
}

/** Losses are compared on a log scale above this share of their typical size, which is 1 after the trainer's scaling. */
const lossFloor = 1e-3

/**
 * Methods.md 7, signals 1–4 and the component level, for all tasks of one run: O(labels × epochs × components). Throws
 * `history-shape` when an array does not fit its history.
 */
export function computeSignals(histories: readonly TaskHistory[], options: SignalOptions = {}): TaskSignals[] {
  histories.forEach(checkHistory)
  const final = histories.map((history) => lastOf(history, (epoch) => epoch.s))
  const residuals = crossTaskResiduals(histories.map((history, t) => ({ people: history.people, s: final[t] })))
  return histories.map((history, t) => taskSignals(history, final[t], residuals[t], options.warmupEpochs ?? 1))
}

function taskSignals(
  history: TaskHistory,
  s: Float64Array,
  crossTask: Float64Array,
  warmupEpochs: number,
): TaskSignals {
  const counted = history.epochs.filter((epoch, e) => epoch.epoch > warmupEpochs || e === history.epochs.length - 1)
  const n = history.labels.length
  const components = componentSignals(counted, n, history.components.length)
  const meanOf = (pick: (epoch: EpochRecord) => Float32Array): Float64Array => meanOverEpochs(n, counted.map(pick))
  return {
    history,
    values: {
      s,
      sMean: meanOf((epoch) => epoch.s),
      sSlope: lateSlope(history),
      meanLoss: logLoss(meanOf((epoch) => epoch.loss)),
      lastLoss: logLoss(lastOf(history, (epoch) => epoch.loss)),
      areaUnderMargin: negated(meanOf((epoch) => epoch.margin)),
      lowMargin: negated(meanOf((epoch) => epoch.lowMargin)),
      softmin: negated(meanOf((epoch) => epoch.softmin)),
      crossTask,
      componentExcess: components.excess,
      componentS: components.largestS,
      componentSurprise: components.surprise,
      swapGain: swapGain(n, counted),
    },
    deviation: components.deviation,
    worstComponent: components.worst,
    clamped: clampedShare(history, s),
  }
}

function checkHistory(history: TaskHistory): void {
  const n = history.labels.length
  const wide = n * history.components.length
  const lengths: readonly (readonly [string, number, number])[] = [
    ['people', history.people.length, n],
    ...history.epochs.flatMap((epoch): (readonly [string, number, number])[] => [
      ['loss', epoch.loss.length, n],
      ['s', epoch.s.length, n],
      ['margin', epoch.margin.length, n],
      ['lowMargin', epoch.lowMargin.length, n],
      ['softmin', epoch.softmin.length, n],
      ['swapLoss', epoch.swapLoss.length, n],
      ['componentLoss', epoch.componentLoss.length, wide],
      ['componentS', epoch.componentS.length, wide],
    ]),
  ]
  const wrong = lengths.find(([, length, wanted]) => length !== wanted)
  if (wrong === undefined) return
  throw new MendError(
    'history-shape',
    `task ${history.task}: ${wrong[0]} has ${wrong[1]} values where ${wrong[2]} were expected`,
    'The records of the run are damaged; train again or resume from the last checkpoint.',
  )
}

/** [n] mean over the epochs in which each label was seen. */
function meanOverEpochs(n: number, columns: readonly Float32Array[]): Float64Array {
  const sum = new Float64Array(n)
  const seen = new Uint32Array(n)
  for (const column of columns) {
    for (let i = 0; i < n; i++) {
      const value = column[i]
      if (value !== value) continue
      sum[i] += value
      seen[i]++
    }
  }
  for (let i = 0; i < n; i++) sum[i] = seen[i] === 0 ? NaN : sum[i] / seen[i]
  return sum
}

/** [n] the value of the last epoch in which each label was seen. */
function lastOf(history: TaskHistory, pick: (epoch: EpochRecord) => Float32Array): Float64Array {
  const last = new Float64Array(history.labels.length).fill(NaN)
  for (const epoch of history.epochs) {
    const column = pick(epoch)
    for (let i = 0; i < last.length; i++) if (column[i] === column[i]) last[i] = column[i]
  }
  return last
}

/** [n] least-squares slope of s per epoch over the last half of the epochs; NaN with fewer than two of them. */
function lateSlope(history: TaskHistory): Float64Array {
  const late = history.epochs.slice(Math.floor(history.epochs.length / 2))
  const n = history.labels.length
  const [count, sumX, sumY, sumXX, sumXY] = Array.from({ length: 5 }, () => new Float64Array(n))
  for (const epoch of late) {
    for (let i = 0; i < n; i++) {
      const y = epoch.s[i]
      if (y !== y) continue
      count[i]++
      sumX[i] += epoch.epoch
      sumY[i] += y
      sumXX[i] += epoch.epoch * epoch.epoch
      sumXY[i] += epoch.epoch * y
    }
  }
  return count.map((seen, i) => {
    const spread = seen * sumXX[i] - sumX[i] ** 2
    return seen < 2 || spread === 0 ? NaN : (seen * sumXY[i] - sumX[i] * sumY[i]) / spread
  })
}

/** [n] mean over epochs of l(given) − l(left and right exchanged). */
function swapGain(n: number, epochs: readonly EpochRecord[]): Float64Array {
  const gains = epochs.map(({ loss, swapLoss }) => loss.map((given, i) => given - swapLoss[i]))
  return meanOverEpochs(n, gains)
}

function logLoss(losses: Float64Array): Float64Array {
  return losses.map((loss) => Math.log(loss + lossFloor))
}

function negated(values: Float64Array): Float64Array {
  return values.map((value) => -value)
}

const clampEdge = 4 - 1e-4

function clampedShare(history: TaskHistory, s: Float64Array): number {
  const last = history.epochs.at(-1)
  const width = history.components.length
  let labels = 0
  let clamped = 0
  for (let i = 0; i < s.length; i++) {
    if (s[i] !== s[i]) continue
    labels++
    let atEdge = Math.abs(s[i]) >= clampEdge
    for (let c = 0; c < width && !atEdge && last !== undefined; c++) {
      atEdge = Math.abs(last.componentS[i * width + c]) >= clampEdge
    }
    if (atEdge) clamped++
  }
  return labels === 0 ? 0 : clamped / labels
}
