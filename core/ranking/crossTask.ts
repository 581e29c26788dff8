import { lowerBulk } from './deviation.ts'
import { quantile, sortedPresent } from './order.ts'

export interface TaskParameters {
  /** [n] index of the person in the snapshot. */
  readonly people: Int32Array
  /** [n] s; NaN unknown. */
  readonly s: Float64Array
}

/**
 * What of s the person's other labels do not explain, for each task [n]: the residual of a robust line through (mean
 * deviation of the other tasks' s, s). A hard picture lifts all tasks, a wrong label one. NaN where the person has no other
 * label with s, or fewer than 20 people of the task have one. The line is Theil–Sen's over up to 20,000 evenly spread
 * pairs (median of slopes, median of intercepts; it withstands 29% of wrong points), its slope at least 0.
 */
export function crossTaskResiduals(tasks: readonly TaskParameters[]): Float64Array[] {
  const deviations = tasks.map(({ s }) => {
    const { centre, spread } = lowerBulk(s)
    return spread > 0 ? s.map((value) => Math.max(-4, Math.min(4, (value - centre) / spread))) : s.map(() => NaN)
  })
  const people = tasks.reduce((end, task) => task.people.reduce((a, b) => Math.max(a, b + 1), end), 0)
  const sum = new Float64Array(people)
  const count = new Uint32Array(people)
  tasks.forEach((task, t) => addDeviations(task, deviations[t], 1, sum, count))
  return tasks.map((task, t) => {
    const others = task.s.map((_, i) => {
      const person = task.people[i]
      const own = deviations[t][i]
      const known = own === own
      return count[person] - (known ? 1 : 0) > 0
        ? (sum[person] - (known ? own : 0)) / (count[person] - (known ? 1 : 0))
        : NaN
    })
    return residuals(others, task.s)
  })
}

function addDeviations(
  task: TaskParameters,
  deviations: Float64Array,
  sign: number,
  sum: Float64Array,
  count: Uint32Array,
): void {
  for (let i = 0; i < deviations.length; i++) {
    if (deviations[i] !== deviations[i]) continue
    sum[task.people[i]] += sign * deviations[i]
    count[task.people[i]]++
  }
}

function residuals(x: Float64Array, y: Float64Array): Float64Array {
  const both = Array.from(x.keys()).filter((i) => x[i] === x[i] && y[i] === y[i])
  if (both.length < 20) return x.map(() => NaN)
  const slope = Math.max(0, theilSenSlope(both, x, y))
  const intercept = quantile(sortedPresent(y.map((value, i) => value - slope * x[i])), 0.5)
  return y.map((value, i) => value - slope * x[i] - intercept)
}

/** Median slope over pairs at several distances of an order by x, so that no pair has nearly equal x by chance alone. */
function theilSenSlope(both: readonly number[], x: Float64Array, y: Float64Array): number {
  const order = Uint32Array.from(both).sort((a, b) => x[a] - x[b] || a - b)
  const half = order.length >> 1
  const stride = Math.max(1, Math.floor(half / 5000))
  const slopes: number[] = []
  for (const shift of [half, Math.floor(half * 0.75), Math.floor(half * 0.5), Math.floor(half * 1.25)]) {
    for (let i = 0; i + shift < order.length; i += stride) {
      const dx = x[order[i + shift]] - x[order[i]]
      if (dx > 1e-9) slopes.push((y[order[i + shift]] - y[order[i]]) / dx)
    }
  }
  return slopes.length === 0 ? 0 : quantile(Float64Array.from(slopes).sort(), 0.5)
}
