import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { createRunSetInput, type RunSetDetail, type RunSetSummary } from '../../api/runSets.ts'
import { MendError } from '../../dataset/mendError.ts'
import { UsageError } from '../exitStatus.ts'
import { numberList } from '../optionParsers.ts'
import type { Client } from '../session.ts'
import { followSet, setResultText } from '../setProgress.ts'
import { count, textTable } from '../table.ts'
import { example, type Verb } from '../verb.ts'

interface Flags {
  readonly file?: string
  readonly name?: string
  readonly seeds?: number[]
  readonly continue?: string
  readonly show?: string
  readonly remove?: string
  readonly json?: boolean
}

const setFile = createRunSetInput
  .omit({ project: true })
  .partial({ name: true, seeds: true })
  .extend({ seeds: createRunSetInput.shape.seeds.default([1]) })

/** A set as a file has it: `{name, seeds, lines: [{line, options, noise?}]}`. @throws MendError `set-file-invalid` */
function readSetFile(file: string): z.infer<typeof setFile> {
  const hint = 'the file is {"name": "…", "seeds": [1], "lines": [{"line": "…", "options": {…}}]}'
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new MendError('set-file-invalid', `${file}: ${error instanceof Error ? error.message : String(error)}`, hint)
  }
  const parsed = setFile.safeParse(content)
  if (parsed.success) return parsed.data
  throw new MendError('set-file-invalid', `${file}: ${z.prettifyError(parsed.error)}`, hint)
}

function minutes(seconds: number | null): string {
  return seconds === null ? '–' : `${Math.ceil(seconds / 60)} min`
}

function listText(sets: readonly RunSetSummary[]): string {
  if (sets.length === 0) return 'no set of runs yet'
  return textTable(
    [
      { title: 'set', align: 'right' },
      { title: 'name' },
      { title: 'done', align: 'right' },
      { title: 'failed', align: 'right' },
      { title: 'epochs', align: 'right' },
      { title: 'left', align: 'right' },
    ],
    sets.map((set) => [
      String(set.set),
      set.name,
      `${set.done}/${set.runs}`,
      String(set.failed),
      `${count(set.epochsDone)}/${count(set.epochs)}`,
      minutes(set.secondsLeft),
    ]),
  )
}

function detailText({ summary, members }: RunSetDetail): string {
  const rows = members.map(({ line, seed, run, state, epoch, epochs, tasks, error }) => [
    line,
    String(seed),
    run === null ? '–' : String(run),
    state,
    `${epoch}/${epochs}`,
    tasks.join(', '),
    error?.message ?? '',
  ])
  const columns = ['line', 'seed', 'run', 'state', 'epochs', 'tasks', ''].map((title) => ({ title }))
  return `${listText([summary])}\n\n${textTable(columns, rows)}`
}

/** A set's number by its number or name. @throws MendError `unknown-run-set` */
export async function setNumber(client: Client, project: string, named: string): Promise<number> {
  const sets = await client.runSets.list({ project })
  const set = sets.find(({ name }) => name === named) ?? sets.find((each) => String(each.set) === named)
  if (set !== undefined) return set.set
  throw new MendError('unknown-run-set', `there is no set of runs called ${named}`, `mend sets ${project} lists them`)
}

export const addSets: Verb = (program, session) => {
  program
    .command('sets')
    .description('sets of runs: train several configurations with several seeds, one after the other')
    .argument('<project>', 'project folder')
    .option('--file <json>', 'train the runs that the file describes')
    .option('--name <name>', 'call the set so (default: as the file does)')
    .option(
      '--seeds <numbers>',
      'train every line with each of these seeds (default: as the file says, or 1)',
      numberList,
    )
    .option('--continue <set>', 'train what is left of a set')
    .option('--show <set>', 'the runs of a set')
    .option('--remove <set>', 'forget a set; its runs stay')
    .option('--json', 'print JSON; NDJSON events, the result last, while runs are trained')
    .addHelpText(
      'after',
      example('mend synth sample.mend --profile full --people 40 --seed 1', 'mend sets sample.mend'),
    )
    .action(async (project: string, flags: Flags) => {
      const chosen = [flags.file, flags.continue, flags.show, flags.remove].filter((flag) => flag !== undefined)
      if (chosen.length > 1) throw new UsageError('only one of --file, --continue, --show, --remove', 'leave one')
      const client = await session.client()
      const output = session.output(flags.json)
      if (flags.show !== undefined) {
        const set = await setNumber(client, project, flags.show)
        output.result(await client.runSets.detail({ project, set }), detailText)
      } else if (flags.remove !== undefined) {
        const set = await setNumber(client, project, flags.remove)
        output.result(await client.runSets.remove({ project, set }), listText)
      } else if (flags.file !== undefined || flags.continue !== undefined) {
        const { job } =
          flags.file !== undefined
            ? await startFile(client, project, flags.file, flags)
            : await client.runSets.continue({ project, set: await setNumber(client, project, flags.continue ?? '') })
        const result = await followSet(session, output, job)
        output.result({ event: 'done', ...result }, setResultText)
      } else {
        output.result(await client.runSets.list({ project }), listText)
      }
    })
}

async function startFile(client: Client, project: string, file: string, flags: Flags): Promise<{ job: string }> {
  const { name = flags.name, lines, seeds } = readSetFile(file)
  const called = flags.name ?? name
  if (called === undefined) throw new UsageError('the set has no name', 'give --name NAME')
  return client.runSets.create({ project, name: called, lines, seeds: flags.seeds ?? seeds })
}
