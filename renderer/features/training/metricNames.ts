import { formatPercent, formatValue } from '../../ui/numbers.ts'

/** Metrics that stand for their task, the most telling first. */
const leading = [
  'meanIou',
  'pckHead',
  'pckTorso',
  'objectKeypointSimilarity',
  'meanAccuracy',
  'meanAveragePrecision',
  'delta125',
  'within30',
  'rmse',
  'absoluteError',
]

const words: Readonly<Record<string, string>> = {
  meanIou: 'mIoU',
  pixelAccuracy: 'pixel accuracy',
  pckTorso: 'PCK',
  pckTorso20: 'PCK at 0.2',
  pckHead: 'PCKh',
  meanAccuracy: 'mA',
  meanAveragePrecision: 'mAP',
  rank1: 'rank-1',
  accuracy: 'accuracy',
  delta125: 'δ < 1.25',
  absoluteError: 'mean error',
  meanAngularError: 'mean angle °',
  within11: 'below 11.25°',
  within22: 'below 22.5°',
  within30: 'below 30°',
  rmse: 'RMSE',
}

/** A metric as people in the field write it. */
export function metricTitle(name: string): string {
  return words[name] ?? name
}

/** Errors shrink as a network gets better; everything else grows. */
export function isError(name: string): boolean {
  return /error|rmse|mae|loss/i.test(name)
}

/** Which of a task's metrics stands for it; null where it has none. */
export function leadingMetric(names: readonly string[]): string | null {
  return leading.find((name) => names.includes(name)) ?? names[0] ?? null
}

/** Shares as percentages without the sign (mIoU 41.2), errors in their own unit. */
export function formatMetric(name: string, value: number | null): string {
  if (value === null) return '–'
  return isError(name) ? formatValue(value) : formatPercent(value)
}

/** One line of a run's results: the leading metric of each task. */
export function metricLine(metrics: Readonly<Record<string, Readonly<Record<string, number | null>>>>): string {
  return Object.entries(metrics)
    .flatMap(([task, values]) => {
      const name = leadingMetric(Object.keys(values))
      return name === null ? [] : [`${task} ${metricTitle(name)} ${formatMetric(name, values[name])}`]
    })
    .join(' · ')
}
