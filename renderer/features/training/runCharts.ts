import type { RunDetail } from '../../../core/api/runs.ts'
import { alignSeries, type LineSeries } from '../../charts/lineSeries.ts'
import type { QuantileBox } from '../../charts/quantileBox.ts'
import { seriesToken } from '../../charts/themeColours.ts'
import { isError, leadingMetric, metricTitle } from './metricNames.ts'

export interface Curves {
  readonly x: number[]
  readonly series: LineSeries[]
}

interface NamedCurve {
  readonly name: string
  readonly colour: string
  readonly x: readonly number[]
  readonly values: readonly (number | null)[]
  readonly faint?: boolean
  readonly dash?: readonly number[]
}

function curvesOf(named: readonly NamedCurve[]): Curves {
  const { x, values } = alignSeries(named)
  const series = named.map(({ name, colour, faint, dash }, at) => ({ name, colour, faint, dash, values: values[at] }))
  return { x, series }
}

/** What the metric chart shows: scores of all tasks (0 … 1, higher is better), errors of all, or everything of one task. */
export type MetricChoice = 'scores' | 'errors' | `task:${string}`

/** Which choices have something to show in a run. */
export function metricChoices(detail: RunDetail): { value: MetricChoice; title: string }[] {
  const leading = detail.tasks.flatMap(({ metrics }) => leadingMetric(Object.keys(metrics)) ?? [])
  return [
    ...(leading.some((name) => !isError(name)) ? [{ value: 'scores' as const, title: 'Scores' }] : []),
    ...(leading.some(isError) ? [{ value: 'errors' as const, title: 'Errors' }] : []),
    ...detail.tasks
      .filter(({ metrics }) => Object.keys(metrics).length > 1)
      .map(({ task }) => ({ value: `task:${task}` as const, title: `All of ${task}` })),
  ]
}

/** Metrics over epochs; another run's, for comparison, lie faint and dashed behind. */
export function metricCurves(detail: RunDetail, choice: MetricChoice, behind: RunDetail | null): Curves {
  const own = metricCurvesOf(detail, choice, null)
  const other = behind === null ? [] : metricCurvesOf(behind, choice, detail)
  return curvesOf([...other, ...own])
}

function metricCurvesOf(detail: RunDetail, choice: MetricChoice, front: RunDetail | null): NamedCurve[] {
  const order = (front ?? detail).tasks.map(({ task }) => task)
  const suffix = front === null ? '' : ` (run ${detail.summary.run})`
  return detail.tasks.flatMap(({ task, metrics }) => {
    const names = Object.keys(metrics)
    const place = order.indexOf(task)
    if (place < 0) return []
    if (choice === `task:${task}`) {
      return names.map((name, at) => ({
        name: `${metricTitle(name)}${suffix}`,
        colour: seriesToken(at),
        x: detail.epochs,
        values: metrics[name],
        ...behindStyle(front),
      }))
    }
    const name = leadingMetric(names)
    if (name === null || choice.startsWith('task:') || isError(name) !== (choice === 'errors')) return []
    const title = `${task} ${metricTitle(name)}${suffix}`
    return [{ name: title, colour: seriesToken(place), x: detail.epochs, values: metrics[name], ...behindStyle(front) }]
  })
}

function behindStyle(front: RunDetail | null): Pick<LineSeries, 'faint' | 'dash'> {
  return front === null ? {} : { faint: true, dash: [4, 3] }
}

/** Training loss of each task over epochs. */
export function lossCurves(detail: RunDetail, behind: RunDetail | null): Curves {
  const order = detail.tasks.map(({ task }) => task)
  const curves = (run: RunDetail, front: RunDetail | null): NamedCurve[] =>
    run.tasks
      .filter(({ task }) => order.includes(task))
      .map(({ task, loss }) => ({
        name: front === null ? task : `${task} (run ${run.summary.run})`,
        colour: seriesToken(order.indexOf(task)),
        x: run.epochs,
        values: loss,
        ...behindStyle(front),
      }))
  return curvesOf([...(behind === null ? [] : curves(behind, detail)), ...curves(detail, null)])
}

type Seven = QuantileBox['quantiles']

function isSeven(values: readonly number[] | null): values is Seven {
  return values !== null && values.length === 7
}

/** Boxes of σ = exp(s/2) of one task's labels, or of their losses. Quantiles survive a monotone change of scale. */
export function distributionBoxes(detail: RunDetail, task: string, quantity: 'parameters' | 'losses'): QuantileBox[] {
  const course = detail.tasks.find((each) => each.task === task)?.[quantity] ?? []
  return course.flatMap((values, at) => {
    if (!isSeven(values)) return []
    const [a, b, c, d, e, f, g] = quantity === 'losses' ? values : values.map((s) => Math.exp(s / 2))
    return [{ x: detail.epochs[at], quantiles: [a, b, c, d, e, f, g] as const }]
  })
}

/** One metric or loss of several runs, each run a colour. */
export function comparedCurves(
  runs: readonly RunDetail[],
  task: string,
  name: string,
  titles: readonly string[],
): Curves {
  return curvesOf(
    runs.flatMap((run, at) => {
      const course = run.tasks.find((each) => each.task === task)
      const values = name === 'loss' ? course?.loss : course?.metrics[name]
      return values === undefined ? [] : [{ name: titles[at], colour: seriesToken(at), x: run.epochs, values }]
    }),
  )
}
