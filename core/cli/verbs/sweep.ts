import { sweepResult, type SweepResult } from '../../api/controllable.ts'
import { magnitude } from '../configurationText.ts'
import { runNumber } from '../optionParsers.ts'
import { count, figure, textTable } from '../table.ts'
import { example, type Verb } from '../verb.ts'

interface Flags {
  readonly run: number
  readonly json?: boolean
}

/** The points of all tasks alike, from the least to the largest budget, and how well the network does what it is told. */
function resultText(result: SweepResult): string {
  const { run, points, configurations, people, engine, batch, spearman } = result
  const [first] = points
  const even = points.filter(
    ({ preferences }) => preferences === first.preferences || same(preferences, first.preferences),
  )
  const tasks = Object.keys(first.preferences)
  const columns = [
    ...['budget', 'computed', 'ms an image'].map((title) => ({ title, align: 'right' as const })),
    ...tasks.map((task) => ({ title: `${task} ${first.metrics[task].metric}`, align: 'right' as const })),
  ]
  const rows = even.map(({ budget, macs, milliseconds, metrics }) => [
    magnitude(budget),
    magnitude(macs),
    figure(milliseconds),
    ...tasks.map((task) => figure(metrics[task].value)),
  ])
  return [
    `run ${run}: ${count(configurations)} configurations on ${count(people)} people; ${engine}, batches of ${batch}`,
    textTable(columns, rows),
    `hypervolume ${figure(result.hypervolume)}, control error ${percent(result.controlError)}, above a budget ${percent(result.overshoot)}, ` +
      `preference and figure correlate by ${figure(spearman.mean)}`,
  ].join('\n')
}

function same(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  return Object.entries(a).every(([task, value]) => b[task] === value)
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`
}

export const addSweep: Verb = (program, session) => {
  program
    .command('sweep')
    .description('measure what a run of any width is worth and costs, over preferences and budgets')
    .argument('<project>', 'project folder')
    .requiredOption('--run <run>', 'the run', runNumber)
    .option('--json', 'print NDJSON events, the result last')
    .addHelpText(
      'after',
      example(
        'mend synth slim.mend --profile full --people 40 --seed 1',
        'mend train slim.mend --tasks attributes --model slim-tiny --size 64x32 --epochs 1',
        'mend sweep slim.mend --run 1',
      ),
    )
    .action(async (project: string, { run, json }: Flags) => {
      const client = await session.client()
      const output = session.output(json)
      const { job } = await client.controllable.sweep({ project, run })
      const result = await session.follow(job, output, { result: sweepResult })
      output.result({ event: 'done', ...result }, resultText)
    })
}
