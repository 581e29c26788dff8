import { count, counts, textTable } from '../table.ts'
import { example, type Verb } from '../verb.ts'

export const addSources: Verb = (program, session) => {
  program
    .command('sources')
    .description('what was imported')
    .argument('<project>', 'project folder')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      example('mend synth sample.mend --profile full --people 40 --seed 1', 'mend sources sample.mend'),
    )
    .action(async (project: string, flags: { json?: boolean }) => {
      const client = await session.client()
      const sources = await client.projects.sources({ project })
      session.output(flags.json).result(sources, (rows) =>
        rows.length === 0
          ? 'nothing has been imported yet'
          : textTable(
              [
                { title: 'id', align: 'right' },
                { title: 'name' },
                { title: 'format' },
                { title: 'images', align: 'right' },
                { title: 'people', align: 'right' },
                { title: 'labels' },
              ],
              rows.map((row) => [
                String(row.id),
                row.name,
                row.format,
                count(row.images),
                count(row.people),
                counts(row.labels),
              ]),
            ),
      )
    })
}
