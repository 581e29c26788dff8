import { runNumber } from '../optionParsers.ts'
import { figure, textTable } from '../table.ts'
import { example, type Verb } from '../verb.ts'

export const addCompare: Verb = (program, session) => {
  program
    .command('compare')
    .description('metrics of runs side by side; the best is marked')
    .argument('<project>', 'project folder')
    .argument('<runs...>', 'two or more runs')
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
    .action(async (project: string, given: string[], flags: { json?: boolean }) => {
      const client = await session.client()
      const comparison = await client.training.compare({ project, runs: given.map(runNumber) })
      session.output(flags.json).result(comparison, ({ runs, rows }) =>
        textTable(
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
        ),
      )
    })
}
