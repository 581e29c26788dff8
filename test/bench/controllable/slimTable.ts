import type { TrainingOptions } from '../../../core/api/training.ts'
import type { BenchmarkMeasurement } from '../benchmark.ts'
import { line } from '../tables/longTable.ts'
import type { ControllableResult, ControlledRunResult } from './controllableResult.ts'
import { controlRows, mean, meanChange, type ControllableTable } from './controllableTable.ts'

const tasks = ['keypoints', 'parts', 'depth']
const choices: Partial<TrainingOptions> = {
  ...{ parameters: 'none', augment: 'light', checkpointEvery: 10, model: 'slim-tiny', validationShare: 0.4 },
  ...{ height: 64, width: 32, epochs: 40, batch: 16 },
}
const slim = 'any width'
const plain = 'any width, no distillation'
const widths = [0.25, 0.5, 0.75, 1] as const
const separate = widths.map((width) => `width ${width} alone`)
const widthOf = Object.fromEntries(widths.map((width, at) => [separate[at], width] as const))

/** Task → mean over seeds of a line's figure after its last epoch. */
function figuresOf({ comparison }: ControllableResult, name: string): Record<string, number | undefined> {
  const found = comparison.lines.find((each) => each.line === name)
  return Object.fromEntries(comparison.tasks.map(({ task }) => [task, found?.tasks[task]?.mean]))
}

/** Task → mean over a line's runs of the figure at the cost of another line's network. */
function figuresAt(
  { controlled, comparison }: ControllableResult,
  name: string,
  as: string,
  which: 'figures' | 'uniform' = 'figures',
): Record<string, number> {
  const points = controlled
    .filter((run) => run.line === name)
    .flatMap(({ budgets }: ControlledRunResult) => budgets.filter((each) => each.as === as))
  const found = comparison.tasks.flatMap(({ task }): [string, number][] => {
    const values = points.flatMap((point) => {
      const value = point[which]?.[task]
      return typeof value === 'number' ? [value] : []
    })
    return values.length === 0 ? [] : [[task, mean(values)]]
  })
  return Object.fromEntries(found)
}

function rows(result: ControllableResult): BenchmarkMeasurement[] {
  const { table, comparison } = result
  const change = (
    id: string,
    value: number | null,
    asked: Pick<BenchmarkMeasurement, 'must' | 'aim'> = {},
  ): BenchmarkMeasurement[] =>
    value === null ? [] : [{ id: `${table}: ${id}`, value: 100 * value, unit: '%', better: 'higher', ...asked }]
  const atBudgets = separate.map((as) => ({
    as,
    value: meanChange(comparison.tasks, figuresAt(result, slim, as), figuresOf(result, as)),
    uniform: meanChange(comparison.tasks, figuresAt(result, slim, as, 'uniform'), figuresOf(result, as)),
    distilled: meanChange(comparison.tasks, figuresAt(result, slim, as), figuresAt(result, plain, as)),
  }))
  const known = atBudgets.flatMap(({ value }) => (value === null ? [] : [value]))
  const distilled = atBudgets.flatMap((each) => (each.distilled === null ? [] : [each.distilled]))
  const full = meanChange(comparison.tasks, figuresOf(result, slim), figuresOf(result, 'width 1 alone'))
  return [
    ...controlRows(result, slim, true),
    ...change('full width to the same network trained plainly', full, { must: -5, aim: -1 }),
    ...atBudgets.flatMap(({ as, value }) => change(`at the cost of ${as}, to it`, value)),
    ...atBudgets.flatMap(({ as, uniform }) => change(`at the same width as ${as}, to it`, uniform)),
    ...(known.length < separate.length
      ? []
      : [
          {
            id: `${table}: budgets at which it is above a separate network`,
            value: known.filter((value) => value > 0).length,
            unit: 'of 4',
            better: 'higher' as const,
            must: 3,
            aim: 4,
          },
        ]),
    ...(distilled.length === 0 ? [] : change('with distillation to without', mean(distilled), { must: 0 })),
  ]
}

/**
 * One model of any width beside networks of one width each, on tasks that capacity shows in, to where networks of one width no longer
 * gain much. 21,600 images a run; a step of four widths runs at about 190 images a second at 64×32, of one at 700; 25 s to prepare the
 * steps of all widths, a minute for each sweep.
 */
export const slimTable: ControllableTable = {
  name: 'slim',
  title: 'A network of any width (ECMT, ICCV 2023) beside networks of one width each, profile `full`',
  data: { kind: 'synthetic', profile: 'full', people: 900, size: '64x32' },
  plannedMinutes: 35,
  steps: [
    {
      name: 'slim',
      kind: 'lines',
      seeds: [1, 2, 3],
      lines: [
        line(slim, tasks, choices),
        ...widths.map((width, at) => line(separate[at], tasks, { ...choices, onlyWidth: width })),
        line(plain, tasks, { ...choices, distillation: 0 }),
      ],
    },
  ],
  against: 'width 1 alone',
  swept: [slim],
  measured: { lines: [slim, plain], at: separate, widths: widthOf },
  rows,
}
