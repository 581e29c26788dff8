import { Random } from '../../synthetic/random.ts'
import type { Preferences } from './controller.ts'

/** Preferences that a sweep tries, as many as methods.md 6 asks for. */
const preferenceCount = 20
const budgetCount = 6

/**
 * The preferences of a sweep, of sum 1: all tasks alike, each task alone, each before all others (.7 and the rest evenly), two alike
 * at a time, and from there on drawn evenly from all that there are, by one seed: the same for the same tasks.
 */
export function sweepPreferences(tasks: readonly string[]): Preferences[] {
  const count = tasks.length
  if (count === 1) return [{ [tasks[0]]: 1 }]
  const of = (share: (task: string, at: number) => number): Preferences =>
    Object.fromEntries(tasks.map((task, at) => [task, share(task, at)]))
  const alone = tasks.map((one) => of((task) => (task === one ? 1 : 0)))
  const first = tasks.map((one) => of((task) => (task === one ? 0.7 : 0.3 / (count - 1))))
  const pairs = tasks.flatMap((one, at) =>
    tasks.slice(at + 1).map((other) => of((t) => (t === one || t === other ? 0.5 : 0))),
  )
  const fixed = [of(() => 1 / count), ...alone, ...first, ...(count > 2 ? pairs : [])].slice(0, preferenceCount)
  const random = new Random(1, 'preferences', count)
  const drawn = Array.from({ length: preferenceCount - fixed.length }, () => {
    const parts = tasks.map(() => -Math.log(1 - random.uniform()))
    const sum = parts.reduce((total, part) => total + part, 0)
    return of((_, at) => parts[at] / sum)
  })
  return [...fixed, ...drawn]
}

/** Budgets in equal proportions from the least to the largest network, multiply–adds of an image. */
export function sweepBudgets(minimumMacs: number, maximumMacs: number): number[] {
  const steps = Array.from({ length: budgetCount - 1 }, (_, at) =>
    Math.round(minimumMacs * (maximumMacs / minimumMacs) ** (at / (budgetCount - 1))),
  )
  return [...new Set([...steps, maximumMacs])]
}
