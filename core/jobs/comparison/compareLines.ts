import type { ComparedLine, LineComparison } from '../../api/comparison.ts'
import { differenceOf, spreadOf } from './spread.ts'

/** One finished run of a line; a line may have several a seed, each of other tasks. */
export interface LineRun {
  readonly line: string
  readonly run: number
  readonly seed: number
  readonly tasks: readonly string[]
  /** Does it learn each task with a network of its own? */
  readonly apart: boolean
  /** Task → the metric of the table; a task is missing where it was not measured. */
  readonly figures: Readonly<Record<string, number>>
  readonly weights: number | null
  readonly macs: number | null
  readonly imagesPerSecond: number | null
}

export type TableTask = LineComparison['tasks'][number]

/** Seed → task → figure. */
type Figures = Map<number, Map<string, number>>

function figuresOf(runs: readonly LineRun[]): Figures {
  const figures: Figures = new Map()
  for (const { seed, figures: own } of runs) {
    const known = figures.get(seed) ?? new Map<string, number>()
    for (const [task, value] of Object.entries(own)) known.set(task, value)
    figures.set(seed, known)
  }
  return figures
}

function valuesOf(figures: Figures, task: string): number[] {
  return [...figures.values()].flatMap((own) => own.get(task) ?? [])
}

/**
 * The runs that single-task figures are taken from: those of the first line that learns every task by itself, else all runs of one
 * task; none where nothing learns several tasks.
 */
function singleRuns(runs: readonly LineRun[], tasks: readonly TableTask[]): LineRun[] {
  const alone = runs.filter(({ tasks: learnt, apart }) => apart || learnt.length === 1)
  if (alone.length === runs.length) return []
  const lines = [...new Set(runs.map(({ line }) => line))]
  const whole = lines.find((line) => {
    const own = runs.filter((run) => run.line === line)
    const learnt = new Set(own.flatMap((run) => run.tasks))
    return own.every((run) => alone.includes(run)) && tasks.every(({ task }) => learnt.has(task))
  })
  return alone.filter(({ line }) => whole === undefined || line === whole)
}

/** Seed → mean over tasks of the relative change to the single-task figure (that of the seed, else the mean), better above 0. */
function changes(figures: Figures, single: Figures, tasks: readonly TableTask[]): Map<number, number> {
  const found = new Map<number, number>()
  for (const [seed, own] of figures) {
    const relative = tasks.flatMap(({ task, better }) => {
      const value = own.get(task)
      const alone = single.get(seed)?.get(task) ?? spreadOf(valuesOf(single, task))?.mean
      if (value === undefined || alone === undefined || alone === 0) return []
      return [((better === 'higher' ? 1 : -1) * (value - alone)) / alone]
    })
    const change = spreadOf(relative)
    if (change !== null) found.set(seed, change.mean)
  }
  return found
}

/** Of all networks that a seed of the line takes; null where one is not known. */
function costs(runs: readonly LineRun[]): Pick<ComparedLine, 'weights' | 'macs' | 'imagesPerSecond'> {
  const seeds = [...new Set(runs.map(({ seed }) => seed))]
  const total = (of: (run: LineRun) => number | null): number | null => {
    const sums = seeds.map((seed) => {
      const values = runs.filter((run) => run.seed === seed).map(of)
      return values.some((value) => value === null)
        ? null
        : values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
    })
    return spreadOf(sums.filter((sum) => sum !== null))?.mean ?? null
  }
  const seconds = total(({ imagesPerSecond }) =>
    imagesPerSecond === null || imagesPerSecond <= 0 ? null : 1 / imagesPerSecond,
  )
  return {
    weights: total(({ weights }) => weights),
    macs: total(({ macs }) => macs),
    imagesPerSecond: seconds === null ? null : 1 / seconds,
  }
}

/** Differences by seed between two maps, for the seeds of both. */
function paired(own: ReadonlyMap<number, number>, other: ReadonlyMap<number, number>): number[] {
  return [...own].flatMap(([seed, value]) => {
    const reference = other.get(seed)
    return reference === undefined ? [] : [value - reference]
  })
}

function byTask(figures: Figures, task: string): Map<number, number> {
  return new Map(
    [...figures].flatMap(([seed, own]) => {
      const value = own.get(task)
      return value === undefined ? [] : [[seed, value] as const]
    }),
  )
}

/**
 * The table of the papers: a line a method, its metrics' mean and deviation over seeds, the mean relative change to single-task
 * networks (methods.md 2), what it costs, and differences to one line seed by seed.
 *
 * @param tasks in the order of the table
 * @param against the line that others are held against; missing or unknown: the first that learns several tasks in one network
 */
export function compareLines(runs: readonly LineRun[], tasks: readonly TableTask[], against?: string): LineComparison {
  const names = [...new Set(runs.map(({ line }) => line))]
  const of = (line: string): LineRun[] => runs.filter((run) => run.line === line)
  const singles = singleRuns(runs, tasks)
  const single = figuresOf(singles)
  const shares = (line: string): boolean => of(line).some(({ tasks: learnt, apart }) => !apart && learnt.length > 1)
  const reference = names.find((name) => name === against) ?? names.find(shares) ?? names[0] ?? null
  const referenceFigures = reference === null ? null : figuresOf(of(reference))
  const referenceChanges = referenceFigures === null ? null : changes(referenceFigures, single, tasks)
  const lines = names.map((line): ComparedLine => {
    const own = of(line)
    const figures = figuresOf(own)
    const change = changes(figures, single, tasks)
    const learnt = tasks.filter(({ task }) => valuesOf(figures, task).length > 0)
    const differences: ComparedLine['differences'] = {}
    for (const { task } of learnt) {
      if (line === reference || referenceFigures === null) continue
      const found = differenceOf(paired(byTask(figures, task), byTask(referenceFigures, task)))
      if (found !== null) differences[task] = found
    }
    const spreads = learnt.flatMap(({ task }) => {
      const spread = spreadOf(valuesOf(figures, task))
      return spread === null ? [] : [[task, spread] as const]
    })
    return {
      line,
      runs: own.map(({ run }) => run),
      seeds: [...new Set(own.map(({ seed }) => seed))],
      tasks: Object.fromEntries(spreads),
      change: spreadOf([...change.values()]),
      ...costs(own),
      differences,
      changeDifference:
        line === reference || referenceChanges === null ? null : differenceOf(paired(change, referenceChanges)),
    }
  })
  return { tasks: [...tasks], single: [...new Set(singles.map(({ line }) => line))], against: reference, lines }
}
