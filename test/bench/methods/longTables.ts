import type { TrainingOptions } from '../../../core/api/training.ts'
import type { RunSetLine } from '../../../core/api/runSets.ts'
import type { BenchmarkMeasurement } from '../benchmark.ts'
import { line, type LongTable, type TableStep } from '../tables/longTable.ts'
import type { TableResult } from './tableResult.ts'

type Choices = Partial<TrainingOptions>

/** Every task by a network of its own. */
function single(tasks: readonly string[], choices: Choices): RunSetLine[] {
  return tasks.map((task) => line('single', [task], choices))
}

/** Mean figures of a line, in percent where they are shares, and its change to single-task. */
function lineRows({ comparison, table }: TableResult): BenchmarkMeasurement[] {
  return comparison.lines.flatMap(({ line: name, tasks, change }) => [
    ...comparison.tasks.flatMap(({ task, metric, better }): BenchmarkMeasurement[] => {
      const spread = tasks[task]
      if (spread === undefined) return []
      const share = better === 'higher'
      return [
        {
          id: `${table}: ${name}: ${task} ${metric}`,
          value: share ? 100 * spread.mean : spread.mean,
          unit: share ? '%' : '',
          better,
        },
      ]
    }),
    ...(change === null
      ? []
      : [{ id: `${table}: ${name}: to single-task`, value: 100 * change.mean, unit: '%', better: 'higher' as const }]),
  ])
}

/** Mean change to single-task of one line minus another's, in percent points. */
function changeMinus(
  { comparison, table }: TableResult,
  first: string,
  second: string,
  asked: Pick<BenchmarkMeasurement, 'must' | 'aim'>,
): BenchmarkMeasurement[] {
  const change = (name: string): number | undefined => comparison.lines.find((each) => each.line === name)?.change?.mean
  const [left, right] = [change(first), change(second)]
  if (left === undefined || right === undefined) return []
  const value = 100 * (left - right)
  return [{ id: `${table}: ${first} minus ${second}`, value, unit: '% points', better: 'higher', ...asked }]
}

/** Place of a line among others by a figure, 1 for the best. */
function place(
  { comparison, table }: TableResult,
  name: string,
  among: readonly string[],
  figure: (line: TableResult['comparison']['lines'][number]) => number | undefined,
  asked: Pick<BenchmarkMeasurement, 'must' | 'aim'>,
): BenchmarkMeasurement[] {
  const values = comparison.lines
    .filter((each) => among.includes(each.line))
    .map((each) => ({ each, value: figure(each) }))
  const own = values.find(({ each }) => each.line === name)?.value
  if (own === undefined || values.some(({ value }) => value === undefined)) return []
  const better = values.filter(({ value }) => (value ?? -Infinity) > own).length
  return [
    { id: `${table}: place of ${name} of ${values.length}`, value: better + 1, unit: '', better: 'lower', ...asked },
  ]
}

const five = [1, 2, 3, 4, 5]
const three = [1, 2, 3]
const papers = { parameters: 'none', augment: 'light', checkpointEvery: 10 } as const

/** Which task harms which, of one seed: what GradSplit goes by. */
const relationsOf = (tasks: readonly string[], choices: Choices): TableStep => ({
  name: 'relations',
  kind: 'relations',
  seeds: [1],
  lines: [line('plain', tasks, choices)],
})

const partialTasks = ['attributes', 'identity', 'keypoints', 'parts']
const partialChoices: Choices = { ...papers, height: 64, width: 32, epochs: 15, batch: 16 }
const joint = 'multi-head, GroupNorm'

/**
 * GradSplit's table: four sources of one task each, whose pictures differ as four datasets' do. 20,600 images a run, 32 s; 27 such a seed
 * (TBN, RCM, SFG and ASTMT count four and more), and 9 for the relations, of one seed.
 */
const partial: LongTable<TableResult> = {
  name: 'partial',
  title: 'Four disjoint sources of one task each (GradSplit, WACV 2023, table 1), profile `partial`',
  data: { kind: 'synthetic', profile: 'partial', people: 1600, size: '64x32' },
  plannedMinutes: 80,
  against: joint,
  steps: [
    relationsOf(partialTasks, partialChoices),
    {
      name: 'table',
      kind: 'lines',
      seeds: five,
      lines: [
        ...single(partialTasks, partialChoices),
        line('multi-head, BatchNorm', partialTasks, { ...partialChoices, norm: 'batch' }),
        line(joint, partialTasks, partialChoices),
        line('multi-head, task BatchNorm', partialTasks, { ...partialChoices, norm: 'task-batch' }),
        line('RCM', partialTasks, { ...partialChoices, network: 'rcm' }, { bank: joint }),
        line('SFG', partialTasks, { ...partialChoices, network: 'sfg' }),
        line('GradNorm', partialTasks, { ...partialChoices, weighting: 'gradnorm' }),
        line('MTAN', partialTasks, { ...partialChoices, network: 'mtan' }),
        line('ASTMT', partialTasks, { ...partialChoices, network: 'astmt', norm: 'task-batch' }),
        line('GradSplit', partialTasks, { ...partialChoices, gradient: 'gradsplit' }),
      ],
    },
  ],
  rows: (result) => [
    ...changeMinus(result, joint, 'multi-head, BatchNorm', { must: 0 }),
    ...changeMinus(result, 'GradSplit', joint, { must: 0 }),
    ...lineRows(result),
  ],
}

const slowChoices: Choices = { ...partialChoices, learningRate: 1e-3 }

/** Its chief lines at a third of the rate, which identities need. 27 s a run; 7 such a seed, and 6 for the relations. */
const slow: LongTable<TableResult> = {
  name: 'partial-slow',
  title: 'Four disjoint sources of one task each, at a third of the usual learning rate',
  data: partial.data,
  plannedMinutes: 20,
  against: joint,
  steps: [
    relationsOf(partialTasks, slowChoices),
    {
      name: 'table',
      kind: 'lines',
      seeds: five,
      lines: [
        ...single(partialTasks, slowChoices),
        line('multi-head, BatchNorm', partialTasks, { ...slowChoices, norm: 'batch' }),
        line(joint, partialTasks, slowChoices),
        line('GradSplit', partialTasks, { ...slowChoices, gradient: 'gradsplit' }),
      ],
    },
  ],
  rows: (result) => [
    ...changeMinus(result, joint, 'multi-head, BatchNorm', {}),
    ...changeMinus(result, 'GradSplit', joint, {}),
    ...lineRows(result),
  ],
}

const fullTasks = ['attributes', 'keypoints', 'parts', 'depth', 'vector']
const fullChoices: Choices = { ...papers, height: 64, width: 32, epochs: 20, batch: 32 }
const weightings = ['equal', 'rlw', 'dwa', 'dtp', 'achievement'] as const

/** AMTL's table: every task on every picture, weightings × aggregations. 20,600 images a run, 36 s; 16 such a seed. */
const full: LongTable<TableResult> = {
  name: 'full',
  title: 'Weightings and aggregations (AMTL, ICCV 2023, tables 2 and 3), profile `full`',
  data: { kind: 'synthetic', profile: 'full', people: 1200, size: '64x32' },
  plannedMinutes: 30,
  against: 'equal, sum',
  steps: [
    { name: 'single', kind: 'lines', seeds: three, lines: single(fullTasks, fullChoices) },
    {
      name: 'table',
      kind: 'lines',
      seeds: three,
      lines: [
        ...weightings.flatMap((weighting) => [
          line(`${weighting}, sum`, fullTasks, { ...fullChoices, weighting }),
          line(weighting === 'equal' ? 'GLS' : `${weighting}, geometric`, fullTasks, {
            ...fullChoices,
            weighting,
            aggregation: 'geometric',
          }),
        ]),
        line('mtu, sum', fullTasks, { ...fullChoices, weighting: 'mtu' }),
      ],
    },
  ],
  rows: (result) => {
    const lines = result.comparison.lines.map(({ line: name }) => name).filter((name) => name !== 'single')
    const change = (each: TableResult['comparison']['lines'][number]): number | undefined => each.change?.mean
    return [...place(result, 'achievement, geometric', lines, change, { aim: 1 }), ...lineRows(result)]
  },
}

const corruptTasks = ['vector', 'parts']
const corruptChoices: Choices = { ...papers, height: 64, width: 32, epochs: 40, batch: 32 }
const noise = { share: 0.4, choices: [{ task: 'vector', kind: 'uniform' }] }
const instance = { parameters: 'instance' } as const

/** ILT's effect on the network: 40% of the training vectors are wrong, validation is clean. 51,600 images a run, 75 s; 7 a seed. */
const corrupt: LongTable<TableResult> = {
  name: 'corrupt',
  title: '40% of the training vectors corrupt, error on clean validation vectors (ILT, arXiv 2106.06129, table 3)',
  data: { kind: 'synthetic', profile: 'full', people: 1500, size: '64x32' },
  plannedMinutes: 30,
  against: 'equal',
  steps: [
    {
      name: 'table',
      kind: 'lines',
      seeds: three,
      lines: [
        line('equal', corruptTasks, corruptChoices, { noise }),
        line('MTU', corruptTasks, { ...corruptChoices, weighting: 'mtu' }, { noise }),
        line('DWA', corruptTasks, { ...corruptChoices, weighting: 'dwa' }, { noise }),
        line('GLS', corruptTasks, { ...corruptChoices, aggregation: 'geometric' }, { noise }),
        line('instance-level', corruptTasks, { ...corruptChoices, ...instance }, { noise }),
        line('equal, clean', corruptTasks, corruptChoices),
        line('instance-level, clean', corruptTasks, { ...corruptChoices, ...instance }),
      ],
    },
  ],
  rows: (result) => {
    const error = (name: string): number | undefined =>
      result.comparison.lines.find((each) => each.line === name)?.tasks['vector']?.mean
    const [own, clean] = [error('instance-level'), error('equal, clean')]
    const lines = ['equal', 'MTU', 'DWA', 'GLS', 'instance-level']
    const least = (each: TableResult['comparison']['lines'][number]): number | undefined =>
      each.tasks['vector'] === undefined ? undefined : -each.tasks['vector'].mean
    const ratio: BenchmarkMeasurement[] =
      own === undefined || clean === undefined
        ? []
        : [{ id: 'corrupt: instance-level ÷ clean training', value: own / clean, unit: '×', better: 'lower', aim: 1.1 }]
    return [...place(result, 'instance-level', lines, least, { must: 1 }), ...ratio, ...lineRows(result)]
  },
}

const realTasks = ['parts', 'attributes', 'keypoints']
const realChoices: Choices = { ...papers, height: 96, width: 64, epochs: 12, batch: 32, validationShare: 0.2 }

/** Two public datasets that have not a label in common. 34,500 images a run, 95 s; 5 such a seed, and 5 for the relations, of one seed. */
const real: LongTable<TableResult> = {
  name: 'real',
  title: 'Clothing Co-Parsing and Leeds Sports Pose Extended, which have no label in common',
  data: { kind: 'real' },
  plannedMinutes: 30,
  against: 'joint',
  steps: [
    relationsOf(realTasks, realChoices),
    {
      name: 'table',
      kind: 'lines',
      seeds: three,
      lines: [
        ...single(realTasks, realChoices),
        line('joint', realTasks, realChoices),
        line('joint, instance-level', realTasks, { ...realChoices, ...instance }),
        line('joint, GradSplit', realTasks, { ...realChoices, gradient: 'gradsplit' }),
      ],
    },
  ],
  rows: (result) => [...changeMinus(result, 'joint', 'single', { aim: 0 }), ...lineRows(result)],
}

export const longTables: readonly LongTable<TableResult>[] = [partial, slow, full, corrupt, real]
