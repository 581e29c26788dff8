import { installResult, type EngineReportOut } from '../../api/engine.ts'
import { textTable } from '../table.ts'
import { example, type Verb } from '../verb.ts'

function enginesText(engines: readonly EngineReportOut[]): string {
  return textTable(
    [
      { title: '' },
      { title: 'engine' },
      { title: 'available' },
      { title: 'version' },
      { title: 'device' },
      { title: 'reason' },
    ],
    engines.map((engine) => [
      engine.selected ? '*' : '',
      engine.id,
      engine.available ? 'yes' : 'no',
      engine.version ?? '',
      engine.device ?? '',
      engine.reason,
    ]),
  )
}

export const addEngine: Verb = (program, session) => {
  const engine = program.command('engine').description('tensor engines: which are usable, and why')
  engine.addHelpText('after', example('mend engine list'))
  engine
    .command('list')
    .description('engines in the order in which they are chosen; * is the chosen one')
    .option('--json', 'print JSON')
    .addHelpText('after', example('mend engine list'))
    .action(async (flags: { json?: boolean }) => {
      const client = await session.client()
      session.output(flags.json).result(await client.engines.list(), enginesText)
    })
  engine
    .command('probe')
    .description('try engines in a process of their own with a small fit whose result is known')
    .argument('[engine]', 'one engine (default: all that are available)')
    .option('--json', 'print JSON')
    .addHelpText('after', example('mend engine probe tensorflow-cpu'))
    .action(async (id: string | undefined, flags: { json?: boolean }) => {
      const client = await session.client()
      session.output(flags.json).result(await client.engines.probe({ engine: id }), enginesText)
    })
  engine
    .command('install')
    .description('fetch and build an engine')
    .argument('[engine]', 'cpu or cuda', 'cpu')
    .option('--json', 'print NDJSON events, the result last')
    .addHelpText('after', example('mend engine install cpu'))
    .action(async (id: string, flags: { json?: boolean }) => {
      const client = await session.client()
      const output = session.output(flags.json)
      const { job } = await client.engines.install({ engine: id === 'cuda' ? 'cuda' : 'cpu' })
      const result = await session.follow(job, output, { result: installResult })
      output.result({ event: 'done', ...result }, (done) => `engine ${done.engine} is installed in ${done.folder}`)
    })
}
