import { exportPreview, exportResult, type ExportPreview } from '../../api/dataset.ts'
import { count, counts } from '../table.ts'
import { example, type Verb } from '../verb.ts'

interface Flags {
  readonly format: string
  readonly filter?: string
  readonly dryRun?: boolean
  readonly json?: boolean
}

function previewText(preview: ExportPreview): string {
  return [
    `would write ${count(preview.images)} images, ${count(preview.people)} people; ${counts(preview.labels)}`,
    ...preview.tasks.map(({ task, becomes }) => `  ${task}: ${becomes ?? 'not carried'}`),
    ...preview.lost.map((loss) => `  not carried: ${count(loss.count)} ${loss.what} (${loss.why})`),
    ...(preview.missing.count > 0
      ? [`  missing pictures: ${count(preview.missing.count)} (${preview.missing.examples.join(', ')})`]
      : []),
    'nothing was written',
  ].join('\n')
}

export const addExport: Verb = (program, session) => {
  program
    .command('export')
    .description('write a dataset, and say what its format could not carry')
    .argument('<project>', 'project folder')
    .argument('<out>', 'folder to write; must not exist, or be empty')
    .requiredOption('--format <name>', 'coco, indexed-png or mend-bundle')
    .option('--filter <rules>', 'what to write, such as split=train,task=parts')
    .option('--dry-run', 'say what it would hold and lose, and write nothing')
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
      if (flags.dryRun === true) {
        const previewing = await client.datasets.previewExport({ project, format: flags.format, filter: flags.filter })
        const preview = await session.follow(previewing.job, output, { result: exportPreview })
        output.result({ event: 'preview', ...preview }, previewText)
        return
      }
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
