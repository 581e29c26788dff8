import { exportResult } from '../../api/dataset.ts'
import { count, counts } from '../table.ts'
import { example, type Verb } from '../verb.ts'

interface Flags {
  readonly format: string
  readonly filter?: string
  readonly json?: boolean
}

export const addExport: Verb = (program, session) => {
  program
    .command('export')
    .description('write a dataset, and say what its format could not carry')
    .argument('<project>', 'project folder')
    .argument('<out>', 'folder to write; must not exist, or be empty')
    .requiredOption('--format <name>', 'coco, indexed-png or mend-bundle')
    .option('--filter <rules>', 'what to write, such as split=train,task=parts')
    .option('--json', 'print NDJSON events, the result last')
    .addHelpText(
      'after',
      example(
        'mend synth sample.mend --profile full --people 40 --seed 1',
        'mend export sample.mend sample-coco --format coco',
      ),
    )
    .action(async (project: string, out: string, flags: Flags) => {
      const client = await session.client()
      const output = session.output(flags.json)
      const { job } = await client.datasets.export({ project, out, format: flags.format, filter: flags.filter })
      const result = await session.follow(job, output, { result: exportResult })
      output.result({ event: 'done', ...result }, (report) =>
        [
          `wrote ${report.out}: ${count(report.images)} images, ${count(report.people)} people; ${counts(report.labels)}`,
          ...report.lost.map((loss) => `  not carried: ${count(loss.count)} ${loss.what} (${loss.why})`),
        ].join('\n'),
      )
    })
}
