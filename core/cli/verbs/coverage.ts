import { count, textTable } from '../table.ts'
import { example, type Verb } from '../verb.ts'

export const addCoverage: Verb = (program, session) => {
  program
    .command('coverage')
    .description('which source labels which task: labelled, unlabelled, verified, rejected')
    .argument('<project>', 'project folder')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      example('mend synth sample.mend --profile full --people 40 --seed 1', 'mend coverage sample.mend'),
    )
    .action(async (project: string, flags: { json?: boolean }) => {
      const client = await session.client()
      const coverage = await client.projects.coverage({ project })
      session.output(flags.json).result(coverage, (all) => {
        const right = ['images', 'people', 'labelled', 'unlabelled', 'verified', 'rejected']
        const rows = all.sources.flatMap((source) =>
          Object.entries(source.tasks).map(([task, states]) => [
            source.name,
            task,
            count(source.images),
            count(source.people),
            count(states.labelled),
            count(states.unlabelled),
            count(states.verified),
            count(states.rejected),
          ]),
        )
        const table = textTable(
          [{ title: 'source' }, { title: 'task' }, ...right.map((title) => ({ title, align: 'right' as const }))],
          rows,
        )
        return `${count(all.images)} images, ${count(all.people)} people, ${count(all.labels)} labels\n${table}`
      })
    })
}
