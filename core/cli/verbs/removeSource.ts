import { wholeNumber } from '../optionParsers.ts'
import { count } from '../table.ts'
import { example, type Verb } from '../verb.ts'

export const addRemoveSource: Verb = (program, session) => {
  program
    .command('remove-source')
    .description('undo one import whole; what other sources said of the same people stays')
    .argument('<project>', 'project folder')
    .argument('<id>', 'number of the source, as `mend sources` lists it', wholeNumber)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      example('mend synth spare.mend --profile full --people 10 --seed 2', 'mend remove-source spare.mend 1'),
    )
    .action(async (project: string, source: number, flags: { json?: boolean }) => {
      const client = await session.client()
      const removed = await client.projects.removeSource({ project, source })
      session
        .output(flags.json)
        .result(
          removed,
          (report) =>
            `removed ${report.name}: ${count(report.images)} images, ${count(report.people)} people, ` +
            `${count(report.labels)} labels; ${count(report.promoted)} labels now come from another source`,
        )
    })
}
