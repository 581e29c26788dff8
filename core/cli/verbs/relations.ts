import type { RelationMatrix } from '../../api/runSets.ts'
import { UsageError } from '../exitStatus.ts'
import { numberList } from '../optionParsers.ts'
import type { Client } from '../session.ts'
import { followSet } from '../setProgress.ts'
import { textTable } from '../table.ts'
import { addTrainingFlags, trainingChoices, type TrainingFlags } from '../trainingFlags.ts'
import { example, type Verb } from '../verb.ts'

interface Flags extends TrainingFlags {
  readonly run?: boolean
  readonly seeds?: number[]
  readonly name?: string
  readonly set?: string[]
  readonly json?: boolean
}

const verdicts: Readonly<Record<string, boolean | null>> = { negative: true, neutral: false, measured: null }

/** `parts:attributes=negative` (or `parts->attributes`), `=neutral`, or `=measured` to take a decision back. */
function decisionOf(text: string): { from: string; to: string; negative: boolean | null } {
  const match = /^(.+?)\s*(?:->|:)\s*(.+?)\s*=\s*(\w+)$/.exec(text.trim())
  if (match === null || !(match[3] in verdicts)) {
    const hint = 'write FROM:TO=negative, =neutral, or =measured'
    throw new UsageError(`--set ${text} does not say a relation`, hint)
  }
  return { from: match[1], to: match[2], negative: verdicts[match[3]] }
}

function percent(change: number): string {
  const text = `${(100 * change).toFixed(1)}%`
  return change > 0 ? `+${text}` : text
}

/** Rows are learnt as well, columns are what that does to them; a cross marks harm, a star what somebody decided. */
function matrixText({ set, tasks, pairs }: RelationMatrix): string {
  if (tasks.length === 0) return 'no relation is known: measure them with --run, or say one with --set'
  const cell = (from: string, to: string): string => {
    const pair = pairs.find((each) => each.from === from && each.to === to)
    if (pair === undefined) return ''
    const harm = pair.negative === true ? '✗ ' : ''
    const change = pair.change === null ? '–' : percent(pair.change)
    return `${harm}${change}${pair.decided === null ? '' : '*'}`
  }
  const table = textTable(
    [{ title: 'learnt as well' }, ...tasks.map((title) => ({ title, align: 'right' as const }))],
    tasks.map((from) => [from, ...tasks.map((to) => cell(from, to))]),
  )
  const source = set === null ? 'nothing is measured yet' : `measured by set ${set}`
  return `${table}\nchange of a column's accuracy when the row is learnt with it, ${source}; ✗ harmful, * decided by hand`
}

async function test(client: Client, project: string, flags: Flags): Promise<{ set: number; job: string }> {
  const name = flags.name ?? `relations ${new Date().toISOString().slice(0, 16).replace('T', ' ')}`
  return client.runSets.testRelations({ project, name, options: trainingChoices(flags), seeds: flags.seeds ?? [1] })
}

export const addRelations: Verb = (program, session) => {
  const command = program
    .command('relations')
    .description('which task harms which when they are learnt together; GradSplit goes by it')
    .argument('<project>', 'project folder')
    .option('--run', 'measure: train every task alone and every pair')
    .option('--seeds <numbers>', 'measure with each of these seeds and go by the mean (default: 1)', numberList)
    .option('--name <name>', 'what the set of runs is called')
    .option('--set <relation>', 'FROM:TO=negative|neutral|measured; several times', (text, before: string[] = []) => [
      ...before,
      text,
    ])
    .option('--json', 'print JSON; NDJSON events, the result last, while runs are trained')
  addTrainingFlags(command)
    .addHelpText(
      'after',
      example(
        'mend synth sample.mend --profile full --people 40 --seed 1',
        'mend relations sample.mend --set parts:attributes=negative',
      ),
    )
    .action(async (project: string, flags: Flags) => {
      const decisions = (flags.set ?? []).map(decisionOf)
      const client = await session.client()
      const output = session.output(flags.json)
      if (flags.run === true) {
        const { job } = await test(client, project, flags)
        const result = await followSet(session, output, job)
        for (const { line, seed, message } of result.failed) output.note(`failed: ${line}, seed ${seed}: ${message}`)
      }
      for (const decision of decisions) await client.runSets.setRelation({ project, ...decision })
      const matrix = await client.runSets.relations({ project })
      output.result(flags.run === true ? { event: 'done', ...matrix } : matrix, matrixText)
    })
}
