import type { LineComparison } from '../../api/comparison.ts'
import type { Comparison } from '../../api/training.ts'
import { comparisonCsv, comparisonText } from '../comparisonText.ts'
import { UsageError } from '../exitStatus.ts'
import { runNumber } from '../optionParsers.ts'
import type { Client } from '../session.ts'
import { figure, textTable } from '../table.ts'
import { example, type Verb } from '../verb.ts'
import { setNumber } from './sets.ts'

interface Flags {
  readonly against?: string
  readonly json?: boolean
  readonly csv?: boolean
}

/** All metrics of single runs side by side. */
function metricsText({ runs, rows }: Comparison): string {
  return textTable(
    [
      { title: 'task' },
      { title: 'metric' },
      ...runs.map((run) => ({ title: `run ${run.run}`, align: 'right' as const })),
    ],
    rows.map((row) => [
      row.task,
      `${row.metric} (${row.better} is better)`,
      ...row.values.map((value, at) => (at === row.best ? `*${figure(value)}` : figure(value))),
    ]),
  )
}

/** Numbers are runs, everything else is the name of a set; `set 3` is the set with that number. */
async function named(
  client: Client,
  project: string,
  given: readonly string[],
): Promise<{ runs: number[]; sets: number[] }> {
  const runs: number[] = []
  const sets: number[] = []
  for (const text of given) {
    if (/^(run\s*|r)?\d+$/i.test(text)) runs.push(runNumber(text))
    else sets.push(await setNumber(client, project, text.replace(/^set\s*(\d+)$/i, '$1')))
  }
  return { runs, sets }
}

export const addCompare: Verb = (program, session) => {
  program
    .command('compare')
    .description(
      'runs and sets of runs as a table: metrics over seeds, change to single-task, cost, paired differences',
    )
    .argument('<project>', 'project folder')
    .argument('<runs...>', 'two or more runs, or sets of runs by their names')
    .option('--against <line>', 'the line that others are held against (default: the first of several tasks)')
    .option('--csv', 'print the table as CSV')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      example(
        'mend synth sample.mend --profile full --people 40 --seed 1',
        'mend train sample.mend --tasks parts,keypoints --size 64x32 --epochs 2',
        'mend train sample.mend --tasks parts,keypoints --size 64x32 --epochs 1',
        'mend compare sample.mend 1 2',
      ),
    )
    .action(async (project: string, given: string[], flags: Flags) => {
      if (flags.csv === true && flags.json === true) throw new UsageError('--csv and --json are two forms', 'leave one')
      const client = await session.client()
      const { runs, sets } = await named(client, project, given)
      if (sets.length === 0 && runs.length < 2)
        throw new UsageError('one run is nothing to compare', 'name two or more')
      const table: LineComparison = await client.runSets.compare({ project, runs, sets, against: flags.against })
      const output = session.output(flags.json)
      if (flags.csv === true) {
        output.result(table, comparisonCsv)
        return
      }
      const ids = sets.length === 0 ? runs : [...new Set([...table.lines.flatMap((line) => line.runs)])]
      const side = ids.length < 2 ? null : await client.training.compare({ project, runs: ids })
      output.result({ ...(side ?? { runs: [], rows: [] }), table }, () =>
        sets.length > 0 || side === null ? comparisonText(table) : `${metricsText(side)}\n\n${comparisonText(table)}`,
      )
    })
}
