import { textTable } from '../table.ts'
import { example, type Verb } from '../verb.ts'

export const addDetect: Verb = (program, session) => {
  program
    .command('detect')
    .description('say which formats a dataset may be in, with confidence and reason')
    .argument('<source>', 'folder or file of the dataset')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      example(
        'mend synth sample.mend --profile full --people 40 --seed 1',
        'mend export sample.mend sample-coco --format coco',
        'mend detect sample-coco',
      ),
    )
    .action(async (source: string, flags: { json?: boolean }) => {
      const client = await session.client()
      const found = await client.datasets.detect({ source })
      session.output(flags.json).result(found, (formats) =>
        formats.length === 0
          ? `no known format fits ${source}`
          : textTable(
              [{ title: 'format' }, { title: 'confidence', align: 'right' }, { title: 'reason' }],
              formats.map((format) => [format.format, format.confidence.toFixed(2), format.reason]),
            ),
      )
    })
}
