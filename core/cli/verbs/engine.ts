import { createInterface } from 'node:readline/promises'
import { installResult, type EngineReportOut, type EngineStateOut, type InstallPlanOut } from '../../api/engine.ts'
import { MendError } from '../../dataset/mendError.ts'
import type { Output } from '../output.ts'
import type { Session } from '../session.ts'
import { textTable } from '../table.ts'
import { example, type Verb } from '../verb.ts'

/** A line an engine, and below it why it is, or is not, usable: reasons are sentences, too long for a column. */
function enginesText(engines: readonly EngineReportOut[]): string {
  const table = textTable(
    [{ title: '' }, { title: 'engine' }, { title: 'available' }, { title: 'version' }, { title: 'device' }],
    engines.map((engine) => [
      engine.selected ? '*' : '',
      engine.id,
      engine.available ? 'yes' : 'no',
      engine.version ?? '',
      engine.device ?? '',
    ]),
  )
  const [head, ...lines] = table.split('\n')
  return [head, ...lines.flatMap((line, at) => [line, `   ${engines[at].reason}`])].join('\n')
}

/** Bytes as people compare them: `621 MB`, `3.43 GB`. */
function size(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}

/** What would be fetched, a wheel a line, and the sums. */
function planText(plan: InstallPlanOut): string {
  const table = textTable(
    [
      { title: 'wheel' },
      { title: 'version' },
      { title: 'download', align: 'right' },
      { title: 'on disk', align: 'right' },
    ],
    plan.wheels.map(({ project, version, bytes, unpackedBytes }) => [
      project,
      version,
      size(bytes),
      size(unpackedBytes),
    ]),
  )
  const whole = plan.wheels.reduce((sum, { bytes }) => sum + bytes, 0)
  const rest = plan.downloadBytes < whole ? ` of ${size(whole)}; the rest is here already` : ''
  const sums = `${size(plan.downloadBytes)} to download${rest}, ${size(plan.unpackedBytes)} on disk (${size(plan.freeBytes)} free)`
  return `${table}\n${sums}`
}

/** The GPUs and the machine, as `mend engine state` prints them. */
function stateText({ selected, gpus, gpuReason, memory, processor }: EngineStateOut): string {
  const lines = (gpus ?? []).map((gpu) => {
    const figures = [
      gpu.memoryTotalMb === null ? null : `${gpu.memoryUsedMb ?? '?'} of ${gpu.memoryTotalMb} MB`,
      gpu.utilisationPercent === null ? null : `${gpu.utilisationPercent}% busy`,
      gpu.temperatureCelsius === null ? null : `${gpu.temperatureCelsius} °C`,
      gpu.driverVersion === null ? null : `driver ${gpu.driverVersion}`,
    ]
    return `GPU ${gpu.index}: ${gpu.name}, ${figures.filter((figure) => figure !== null).join(', ')}`
  })
  if (gpuReason !== null) lines.push(`GPU: ${gpuReason}`)
  const free = `${Math.round(memory.freeMb)} of ${Math.round(memory.totalMb)} MB free`
  return [
    `engine: ${selected === null ? 'none' : `${selected.id} (${selected.reason})`}`,
    ...lines,
    `processor: ${processor.name}, ${processor.cores} cores; memory: ${free}`,
  ].join('\n')
}

/** Shows what would be fetched and asks before some gigabytes are. */
async function confirm(session: Session, output: Output, plan: InstallPlanOut, flags: InstallFlags): Promise<void> {
  if (plan.downloadBytes === 0) return
  output.note(planText(plan))
  if (flags.yes === true || plan.engine === 'cpu') return
  if (!process.stdin.isTTY || output.json) {
    const message = `installing ${plan.engine} downloads ${size(plan.downloadBytes)}`
    throw new MendError('confirmation-needed', message, 'add --yes to agree to it')
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await lines.question('Download and install? [y/N] ', { signal: session.signal })
    if (!/^y(es)?$/i.test(answer.trim())) {
      throw new MendError('cancelled', 'nothing was fetched', 'run the same command again when it suits')
    }
  } finally {
    lines.close()
  }
}

interface InstallFlags {
  readonly json?: boolean
  readonly yes?: boolean
}

function variant(id: string): 'cpu' | 'cuda' {
  const name = id.replace(/^tensorflow-/, '')
  if (name === 'cpu' || name === 'cuda') return name
  throw new MendError(
    'unknown-engine',
    `${id} cannot be installed or removed`,
    'cpu and cuda can; the others are part of Mend',
  )
}

async function install(session: Session, id: string, flags: InstallFlags): Promise<void> {
  const client = await session.client()
  const output = session.output(flags.json)
  const engine = variant(id)
  await confirm(session, output, await client.engines.plan({ engine }), flags)
  const { job } = await client.engines.install({ engine })
  const result = await session.follow(job, output, { result: installResult })
  output.result(
    { event: 'done', ...result },
    (done) => `engine ${done.engine} is installed in ${done.folder}: ${done.note}`,
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
    .argument('[engine]', 'one engine (default: all that are installed)')
    .option('--json', 'print JSON')
    .addHelpText('after', example('mend engine probe tensorflow-cpu'))
    .action(async (id: string | undefined, flags: { json?: boolean }) => {
      const client = await session.client()
      session.output(flags.json).result(await client.engines.probe({ engine: id }), enginesText)
    })
  engine
    .command('state')
    .description('the chosen engine, and how busy the GPUs and the memory are')
    .option('--json', 'print JSON')
    .addHelpText('after', example('mend engine state'))
    .action(async (flags: { json?: boolean }) => {
      const client = await session.client()
      session.output(flags.json).result(await client.engines.state(), stateText)
    })
  engine
    .command('install')
    .description('fetch and build an engine; an interrupted installation continues')
    .argument('[engine]', 'cpu or cuda', 'cpu')
    .option('--yes', 'do not ask before downloading some gigabytes')
    .option('--json', 'print NDJSON events, the result last')
    .addHelpText('after', example('mend engine install cpu'))
    .action((id: string, flags: InstallFlags) => install(session, id, flags))
  engine
    .command('remove')
    .description('remove an installed engine, and free its disk space')
    .argument('<engine>', 'cpu or cuda')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  mend engine remove cuda\n')
    .action(async (id: string, flags: { json?: boolean }) => {
      const client = await session.client()
      const removed = await client.engines.remove({ engine: variant(id) })
      session
        .output(flags.json)
        .result(removed, (done) => `${done.engine} is removed; ${size(done.freedBytes)} are free again`)
    })
}
