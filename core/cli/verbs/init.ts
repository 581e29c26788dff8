import { example, type Verb } from '../verb.ts'

export const addInit: Verb = (program, session) => {
  program
    .command('init')
    .description('make an empty project')
    .argument('<project>', 'folder to make, NAME.mend')
    .option('--json', 'print JSON')
    .addHelpText('after', example('mend init people.mend'))
    .action(async (project: string, flags: { json?: boolean }) => {
      const client = await session.client()
      const result = await client.projects.init({ project })
      session.output(flags.json).result(result, (made) => `made ${made.project}`)
    })
}
