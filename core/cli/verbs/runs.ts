import { figure, textTable } from '../table.ts'
import { example, type Verb } from '../verb.ts'

export const addRuns: Verb = (program, session) => {
  program
    .command('runs')
    .description('training runs, newest first')
    .argument('<project>', 'project folder')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      example('mend synth sample.mend --profile full --people 40 --seed 1', 'mend runs sample.mend'),
    )
    .action(async (project: string, flags: { json?: boolean }) => {
      const client = await session.client()
      const runs = await client.training.runs({ project })
      const output = session.output(flags.json)
      for (const run of flags.json === true ? [] : runs) {
        if (run.kind !== 'train' || (run.state !== 'interrupted' && run.state !== 'stopped')) continue
        output.note(`run ${run.run} was ${run.state}: mend train ${project} --resume ${run.run} continues it`)
      }
      output.result(runs, (rows) =>
        rows.length === 0
          ? 'no run yet'
          : textTable(
              [
                { title: 'run', align: 'right' },
                { title: 'kind' },
                { title: 'state' },
                { title: 'model' },
                { title: 'size' },
                { title: 'epochs', align: 'right' },
                { title: 'parameters' },
                { title: 'tasks and metrics' },
              ],
              rows.map((run) => [
                String(run.run),
                run.kind,
                run.state,
                run.model,
                run.size,
                `${run.epoch}/${run.epochs}`,
                run.parameters,
                run.tasks
                  .map((task) => {
                    const figures = Object.entries(run.metrics[task] ?? {})
                    return [task, ...figures.map(([name, value]) => `${name} ${figure(value)}`)].join(' ')
                  })
                  .join(', '),
              ]),
            ),
      )
    })
}
