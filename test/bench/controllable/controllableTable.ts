import type { SlimWidth } from '../../../core/model/slim/widths.ts'
import type { BenchmarkMeasurement } from '../benchmark.ts'
import type { LongTable } from '../tables/longTable.ts'
import type { ControllableResult } from './controllableResult.ts'

/** A long table about networks that can be told what matters and what it may cost. */
export interface ControllableTable extends LongTable<ControllableResult> {
  /** Lines whose runs are swept over preferences and budgets. */
  readonly swept: readonly string[]
  /** Lines whose runs are measured at the costs of other lines' networks, all tasks alike. */
  readonly measured: {
    readonly lines: readonly string[]
    readonly at: readonly string[]
    /** Widths of the other lines' networks, which the runs are measured at too. */
    readonly widths?: Readonly<Record<string, SlimWidth>>
  }
}

/** Relative change of figures by task, better above 0, the mean over the tasks that both have; null where they have none. */
export function meanChange(
  tasks: ControllableResult['comparison']['tasks'],
  figures: Readonly<Record<string, number | null | undefined>>,
  reference: Readonly<Record<string, number | null | undefined>>,
): number | null {
  const changes = tasks.flatMap(({ task, better }) => {
    const [value, base] = [figures[task], reference[task]]
    if (typeof value !== 'number' || typeof base !== 'number' || base === 0) return []
    return [((better === 'higher' ? 1 : -1) * (value - base)) / base]
  })
  return changes.length === 0 ? null : mean(changes)
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** How a line's runs do what they are told, means over their seeds; overshoot the largest. */
export function controlRows(
  { controlled, table }: ControllableResult,
  line: string,
  asked: boolean,
): BenchmarkMeasurement[] {
  const sweeps = controlled.flatMap((run) => (run.line === line && run.sweep !== null ? [run.sweep] : []))
  if (sweeps.length === 0) return []
  const correlations = sweeps.flatMap(({ spearman }) => (spearman.mean === null ? [] : [spearman.mean]))
  const row = (
    what: string,
    value: number,
    unit: string,
    better: 'higher' | 'lower',
    figures: { readonly must?: number; readonly aim?: number } = {},
  ): BenchmarkMeasurement => ({ id: `${table}: ${line}: ${what}`, value, unit, better, ...(asked && figures) })
  return [
    row('overshoot', 100 * Math.max(...sweeps.map(({ overshoot }) => overshoot)), '%', 'lower', { must: 0, aim: 0 }),
    row('control error', 100 * mean(sweeps.map(({ controlError }) => controlError)), '%', 'lower', {
      must: 10,
      aim: 5,
    }),
    ...(correlations.length === 0
      ? []
      : [row('correlation of preference and figure', mean(correlations), '', 'higher', { must: 0.6, aim: 0.9 })]),
    row('hypervolume', mean(sweeps.map(({ hypervolume }) => hypervolume)), '', 'higher'),
    row('different networks', mean(sweeps.map(({ configurations }) => configurations)), '', 'higher'),
  ]
}
