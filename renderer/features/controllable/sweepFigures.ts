import type { Configured, SweepPoint, SweepReport } from '../../../core/api/controllable.ts'

/** What the points of a sweep are spread over. */
export const costNames = ['macs', 'milliseconds', 'parameters'] as const
export type CostName = (typeof costNames)[number]

/** A place where points of a sweep lie: one network, which several preferences and budgets may lead to. */
export interface DrawnPoint {
  /** The point of the sweep that is taken by a click: the one that prefers the drawn task most. */
  readonly at: number
  /** Points that lie here, 1 or more. */
  readonly count: number
  readonly cost: number
  readonly figure: number
  /** For the drawn task, the most of those that lie here, 0 … 1. */
  readonly preference: number
}

/** A task's preference among all, 0 … 1. */
export function preferenceOf({ preferences }: Pick<SweepPoint, 'preferences'>, task: string): number {
  const sum = Object.values(preferences).reduce((a, b) => a + b, 0)
  return sum > 0 ? (preferences[task] ?? 0) / sum : 0
}

/** Every place with a figure of the task, cheapest first. */
export function drawnPoints(points: readonly SweepPoint[], task: string, cost: CostName): DrawnPoint[] {
  const places = new Map<string, DrawnPoint>()
  points.forEach((point, at) => {
    const figure = point.metrics[task]?.value ?? null
    if (figure === null) return
    const key = `${point[cost]} ${figure}`
    const known = places.get(key)
    const preference = preferenceOf(point, task)
    const count = (known?.count ?? 0) + 1
    const most = known !== undefined && known.preference >= preference ? known : { at, preference }
    places.set(key, { cost: point[cost], figure, at: most.at, preference: most.preference, count })
  })
  return [...places.values()].sort((a, b) => a.cost - b.cost)
}

/** Points that no other beats in both cost and figure, cheapest first; of equal ones the first. */
export function paretoFront(points: readonly DrawnPoint[], better: 'higher' | 'lower'): DrawnPoint[] {
  const sign = better === 'higher' ? 1 : -1
  const ordered = [...points].sort((a, b) => a.cost - b.cost || sign * (b.figure - a.figure) || a.at - b.at)
  let best = -Infinity
  return ordered.filter(({ figure }) => {
    if (sign * figure <= best) return false
    best = sign * figure
    return true
  })
}

/** The corners of a front drawn as steps: between two points the cheaper one is what can be had. */
export function frontSteps(front: readonly DrawnPoint[], end: number): [cost: number, figure: number][] {
  const corners = front.flatMap(({ cost, figure }, at): [number, number][] =>
    at === 0
      ? [[cost, figure]]
      : [
          [cost, front[at - 1].figure],
          [cost, figure],
        ],
  )
  const last = front.at(-1)
  return last === undefined || end <= last.cost ? corners : [...corners, [end, last.figure]]
}

/** The largest network of the sweep: of equal multiply–adds the one with the most even preferences. */
export function fullPoint(points: readonly SweepPoint[]): SweepPoint | null {
  const largest = ({ preferences }: SweepPoint): number => Math.max(0, ...Object.values(preferences))
  return points.reduce<SweepPoint | null>((best, point) => {
    if (best === null || point.macs > best.macs) return point
    return point.macs === best.macs && largest(point) < largest(best) ? point : best
  }, null)
}

export type FeasibleChoice = Extract<Configured, { feasible: true }>

/** What a task is expected to reach with a configuration, and how that differs from the largest network. */
export interface ExpectedFigure {
  readonly task: string
  readonly metric: string
  readonly value: number | null
  /** Value − full; null where either is missing. */
  readonly change: number | null
  /** Of the change; 0 is neither. */
  readonly tone: 'better' | 'worse' | 'same'
}

/** By task, in the given order; empty before a sweep. */
export function expectedFigures(
  choice: FeasibleChoice | null,
  sweep: SweepReport | null,
  tasks: readonly string[],
): ExpectedFigure[] {
  const metrics = choice?.expected?.metrics
  if (metrics === undefined) return []
  const full = fullPoint(sweep?.points ?? [])
  return tasks.flatMap((task): ExpectedFigure[] => {
    const figure = metrics[task]
    if (figure === undefined) return []
    const { metric, better, value } = figure
    const reference = full?.metrics[task]?.value ?? null
    const change = value === null || reference === null ? null : value - reference
    const gained = change === null ? 0 : better === 'higher' ? change : -change
    return [{ task, metric, value, change, tone: gained > 0 ? 'better' : gained < 0 ? 'worse' : 'same' }]
  })
}
