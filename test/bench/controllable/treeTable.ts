import type { TrainingOptions } from '../../../core/api/training.ts'
import type { SweepReport } from '../../../core/api/controllable.ts'
import { controlVolume } from '../../../core/ranking/controllability.ts'
import { uniformity } from '../../../core/training/tree/uniformity.ts'
import type { BenchmarkMeasurement } from '../benchmark.ts'
import { line } from '../tables/longTable.ts'
import type { ControllableResult } from './controllableResult.ts'
import { controlRows, mean, meanChange, type ControllableTable } from './controllableTable.ts'

const tasks = ['keypoints', 'parts', 'depth']
const choices: Partial<TrainingOptions> = {
  ...{ parameters: 'none', augment: 'light', checkpointEvery: 10, validationShare: 0.4 },
  ...{ height: 64, width: 32, batch: 16 },
}
const tree = 'a tree'
const apart = 'a network a task'
const slim = 'any width'

/** Accuracies of a sweep's points, whose figures are all shares of which more is better, at a cost of none or their own. */
function volumeOf({ points }: SweepReport, largest: number | null): number {
  const solutions = points.map(({ preferences, budget, macs, metrics }) => ({
    ...{ preferences, budget, macs: largest === null ? 0 : macs },
    accuracies: Object.fromEntries(tasks.map((task) => [task, metrics[task]?.value ?? null])),
  }))
  return controlVolume(solutions, tasks, largest ?? 1)
}

/** Mean over a line's seeds; null where none was swept. */
function meanVolume({ controlled }: ControllableResult, name: string, largest: number | null): number | null {
  const volumes = controlled.flatMap((run) =>
    run.line === name && run.sweep !== null ? [volumeOf(run.sweep, largest)] : [],
  )
  return volumes.length === 0 ? null : mean(volumes)
}

/** Mean over preferences, at the largest budget, of how evenly errors (1 − figure) fall when weighed by the preference: methods.md 6. */
function meanUniformity({ controlled }: ControllableResult, name: string): number | null {
  const found = controlled.flatMap(({ line: of, sweep }) => {
    if (of !== name || sweep === null) return []
    const largest = Math.max(...sweep.points.map(({ budget }) => budget))
    return sweep.points
      .filter(({ budget }) => budget === largest)
      .map(({ preferences, metrics }) =>
        uniformity(
          tasks.map((task) => preferences[task] ?? 0),
          tasks.map((task) => 1 - (metrics[task]?.value ?? 0)),
        ),
      )
  })
  return found.length === 0 ? null : mean(found)
}

function rows(result: ControllableResult): BenchmarkMeasurement[] {
  const { table, comparison } = result
  const found = comparison.lines.find((each) => each.line === apart)
  const row = (
    what: string,
    value: number | null | undefined,
    asked: Pick<BenchmarkMeasurement, 'must' | 'aim'> = {},
    unit = '%',
  ): BenchmarkMeasurement[] =>
    value === null || value === undefined ? [] : [{ id: `${table}: ${what}`, value, unit, better: 'higher', ...asked }]
  const share = (part: number | null, whole: number | null): number | null =>
    part === null || whole === null || whole === 0 ? null : (100 * part) / whole
  const alone = tasks.map((task) => found?.tasks[task]?.mean)
  const aloneVolume = alone.every((value) => value !== undefined)
    ? alone.reduce<number>((product, value) => product * (value ?? 0), 1)
    : null
  const figures = Object.fromEntries(comparison.tasks.map(({ task }) => [task, found?.tasks[task]?.mean]))
  const trees = comparison.lines.find((each) => each.line === tree)
  const own = Object.fromEntries(comparison.tasks.map(({ task }) => [task, trees?.tasks[task]?.mean]))
  const even = meanChange(comparison.tasks, own, figures)
  const largest = found?.macs ?? null
  return [
    ...controlRows(result, tree, false),
    ...row(
      'hypervolume of all tasks, a tree’s to separate networks’',
      share(meanVolume(result, tree, null), aloneVolume),
      {
        aim: 95,
      },
    ),
    ...row('uniformity of errors by preference, a tree', meanUniformity(result, tree), {}, ''),
    ...row('uniformity of errors by preference, any width', meanUniformity(result, slim), {}, ''),
    ...row('even preferences at any cost to separate networks', even === null ? null : 100 * even),
    ...row(
      'hypervolume of all tasks and cost, any width’s to a tree’s',
      share(meanVolume(result, slim, largest), meanVolume(result, tree, largest)),
      { aim: 130 },
    ),
  ]
}

/**
 * A controllable tree beside a network a task and beside one of any width. A tree's first half are the separate networks' epochs. On
 * two quiet cores 3 minutes a tree's run and 3 for its sweep of some hundred networks, 4 of any width with its sweep, 1 apart.
 */
export const treeTable: ControllableTable = {
  name: 'tree',
  title: 'A tree (DYMU, CVPR 2022) beside a network a task and a network of any width, profile `full`',
  data: { kind: 'synthetic', profile: 'full', people: 900, size: '64x32' },
  plannedMinutes: 26,
  steps: [
    {
      name: 'tree',
      kind: 'lines',
      seeds: [1, 2],
      lines: [
        line(tree, tasks, { ...choices, model: 'tree-tiny', epochs: 60 }),
        line(apart, tasks, { ...choices, model: 'tiny', network: 'single', epochs: 30 }),
        line(slim, tasks, { ...choices, model: 'slim-tiny', epochs: 30 }),
      ],
    },
  ],
  against: apart,
  swept: [tree, slim],
  measured: { lines: [], at: [] },
  rows,
}
