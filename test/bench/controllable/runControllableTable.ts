import { join } from 'node:path'
import { sweepResult, type SweepReport } from '../../../core/api/controllable.ts'
import { splits } from '../../../core/dataset/label.ts'
import { frozenFolder } from '../../../core/jobs/runPredictions.ts'
import { openSnapshot } from '../../../core/snapshot/read.ts'
import { chooseEngine } from '../../../core/training/chooseSession.ts'
import { uniformWidths } from '../../../core/model/slim/widths.ts'
import type { SlimWidth } from '../../../core/model/slim/widths.ts'
import type { Choice } from '../../../core/training/controllable/controller.ts'
import { labelledPeople } from '../../../core/training/labelledPeople.ts'
import { readConfiguration } from '../../../core/training/trainedConfiguration.ts'
import { TrainedNetwork } from '../../../core/training/trainedNetwork.ts'
import { finish, trainTable, type Client, type RunTableOptions } from '../tables/trainTable.ts'
import { controllableResults, type ControllableResult, type ControlledRunResult } from './controllableResult.ts'
import type { ControllableTable } from './controllableTable.ts'

type Comparison = ControllableResult['comparison']

/** The run's finished sweep; what was measured of an interrupted one is not measured again. */
async function sweepOf(client: Client, project: string, run: number): Promise<SweepReport> {
  const state = await client.controllable.state({ project, run })
  if (state?.sweep) return state.sweep
  const { job } = await client.controllable.sweep({ project, run })
  const { run: _, ...report } = sweepResult.parse(await finish(client, job, () => undefined))
  return report
}

/** What a run makes of the costs of other lines' networks, all tasks alike, on its validation split. */
async function measureBudgets(
  project: string,
  run: number,
  comparison: Comparison,
  { at, widths = {} }: ControllableTable['measured'],
): Promise<ControlledRunResult['budgets']> {
  const folder = join(project, 'runs', String(run))
  const snapshot = openSnapshot(join(folder, frozenFolder))
  const configuration = readConfiguration(folder)
  await chooseEngine(configuration.engine, configuration)
  const network = new TrainedNetwork(folder, snapshot, configuration)
  const people = labelledPeople(snapshot, splits[1], configuration.tasks)
  const alike = Object.fromEntries(configuration.tasks.map((task) => [task, 1]))
  try {
    return at.flatMap((as) => {
      const budget = comparison.lines.find(({ line }) => line === as)?.macs ?? null
      if (budget === null) return []
      const choice = network.choose({ preferences: alike, budget })
      const figuresOf = (chosen: Choice): { milliseconds: number; figures: Record<string, number | null> } => {
        const { metrics, milliseconds } = network.measure(snapshot, people, chosen)
        const figures = comparison.tasks.map(({ task, metric }) => [task, metrics[task]?.[metric] ?? null])
        return { milliseconds, figures: Object.fromEntries(figures) as Record<string, number | null> }
      }
      const same = as in widths ? uniformChoice(choice, configuration.tasks, widths[as]) : null
      const uniform = same === null ? null : figuresOf(same).figures
      return [{ as, budget, macs: choice.macs, ...figuresOf(choice), uniform }]
    })
  } finally {
    network.dispose()
    snapshot.close()
  }
}

/** The network of one width throughout. */
function uniformChoice(choice: Choice, tasks: readonly string[], width: SlimWidth): Choice {
  const widths = uniformWidths(tasks, width)
  const form = typeof choice.form === 'string' ? choice.form : { ...choice.form, widths }
  return { ...choice, form, configuration: { kind: 'slim', ...widths } }
}

/**
 * Runs a table to its end, or goes on where it was interrupted, and writes its results beside the documents.
 * @throws MendError of a step none of whose runs could be trained
 */
export function runControllableTable(table: ControllableTable, options: RunTableOptions): Promise<ControllableResult> {
  return trainTable(table, `controllable-${table.name}`, options, async ({ client, project, head }) => {
    const { comparison } = head
    const controlled: ControlledRunResult[] = []
    for (const { line, runs, seeds } of comparison.lines) {
      const [swept, measured] = [table.swept.includes(line), table.measured.lines.includes(line)]
      if (!swept && !measured) continue
      for (const [at, run] of runs.entries()) {
        options.log(`${line}, seed ${seeds[at]}: measuring run ${run}`)
        const sweep = swept ? await sweepOf(client, project, run) : null
        const budgets = measured ? await measureBudgets(project, run, comparison, table.measured) : []
        controlled.push({ line, seed: seeds[at], run, sweep, budgets })
      }
    }
    const seconds = controlled.reduce((sum, { sweep }) => sum + (sweep?.seconds ?? 0), head.seconds)
    const result: ControllableResult = { ...head, seconds, controlled }
    options.log(`results in ${controllableResults.write(result, options.quick ? options.folder : undefined)}`)
    return result
  })
}
