import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { Option } from 'commander'
import type { z } from 'zod'
import {
  importPlanSummary,
  type importProposal,
  importReport,
  type ImportPlanSummary,
  type ImportReport,
} from '../../api/dataset.ts'
import { MendError } from '../../dataset/mendError.ts'
import { namedValue, wholeNumber } from '../optionParsers.ts'
import { count, counts } from '../table.ts'
import { example, type Verb } from '../verb.ts'

interface Flags {
  readonly format?: string
  readonly map?: string
  readonly split?: 'train' | 'val' | 'test'
  readonly copy?: boolean
  readonly limit?: number
  readonly rule?: string
  readonly option?: Record<string, string>
  readonly dryRun?: boolean
  readonly json?: boolean
}

async function readMapping(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new MendError('mapping-unreadable', `${file}: ${why}`, 'give the mapping file that an earlier import wrote')
  }
}

/** Writes the proposed mapping beside the caller, never over another file, and stops the command. */
async function handOverMapping(plan: z.infer<typeof importProposal>, source: string): Promise<never> {
  const stem = basename(resolve(source)).replace(/\.[^.]*$/, '')
  let file = `${stem}.mapping.json`
  for (let number = 2; existsSync(file); number++) file = `${stem}.mapping-${number}.json`
  await writeFile(file, `${JSON.stringify(plan.mapping, null, 2)}\n`, { flag: 'wx' })
  throw new MendError(
    'mapping-doubtful',
    `${plan.doubtful.length} entries of the proposed mapping need your eyes: ${plan.doubtful.slice(0, 5).join('; ')}`,
    `edit ${file}, then import again with --map ${file}`,
  )
}

function skippedText(skipped: ImportReport['skipped']): string[] {
  return skipped.map(({ reason, count: times, examples }) => {
    const shown = examples.slice(0, 3).map(({ where, detail }) => `${where}: ${detail}`)
    return `  skipped ${count(times)}: ${reason}${shown.length > 0 ? ` (${shown.join('; ')})` : ''}`
  })
}

function planText(plan: ImportPlanSummary): string {
  const lines = [
    `format ${plan.format}: ${count(plan.images)} images, ${count(plan.people)} people; ${counts(plan.labels)}`,
    `merged with what is there: ${count(plan.merged.images)} images, ${count(plan.merged.people)} people`,
    `near-duplicates ${count(plan.nearDuplicates)}, conflicting labels ${count(plan.conflicts)}`,
    ...skippedText(plan.skipped),
    ...plan.doubtful.map((entry) => `  doubtful: ${entry}`),
    `mapping:\n${JSON.stringify(plan.mapping, null, 2)}`,
    'nothing was imported',
  ]
  return lines.join('\n')
}

function reportText(report: ImportReport): string {
  return [
    `source ${report.source}: ${count(report.images)} images, ${count(report.people)} people; ${counts(report.labels)}`,
    `merged: ${count(report.merged.images)} images, ${count(report.merged.people)} people`,
    ...skippedText(report.skipped),
    `${report.seconds.toFixed(1)} s, at most ${Math.round(report.peakRssMb)} MB`,
  ].join('\n')
}

export const addImport: Verb = (program, session) => {
  program
    .command('import')
    .description('import a dataset and merge it with what is there; undone by remove-source')
    .argument('<project>', 'project folder')
    .argument('<source>', 'folder or file of the dataset')
    .option('--format <name>', 'its format (default: detected)')
    .option('--map <file>', 'mapping of its names to the project’s (default: proposed)')
    .addOption(new Option('--split <name>', 'split of all its images').choices(['train', 'val', 'test']))
    .option('--copy', 'copy the pictures into the project')
    .option('--limit <n>', 'stop after this many images', wholeNumber)
    .option('--rule <rule>', 'which label counts where two sources differ: first (default), last or source:NAME')
    .option('--option <name=value>', 'a choice of the format, such as labelMap=lip', namedValue)
    .option('--dry-run', 'print the plan and import nothing')
    .option('--json', 'print NDJSON events, the result last')
    .addHelpText(
      'after',
      example(
        'mend synth sample.mend --profile full --people 40 --seed 1',
        'mend export sample.mend sample-coco --format coco',
        'mend init people.mend',
        'mend import people.mend sample-coco',
      ),
    )
    .action(async (project: string, source: string, flags: Flags) => {
      const client = await session.client()
      const output = session.output(flags.json)
      const mapping = flags.map === undefined ? undefined : await readMapping(flags.map)
      const { format, split, copy, limit, rule, option: options } = flags
      const input = { project, source, format, mapping, split, copy, limit, rule, options }
      if (flags.dryRun !== true) {
        const proposal = await client.datasets.propose(input)
        if (proposal.doubtful.length > 0) await handOverMapping(proposal, source)
      }
      const planning = await client.datasets.planImport(input)
      const plan = await session.follow(planning.job, output, { result: importPlanSummary })
      if (flags.dryRun === true) {
        await client.datasets.discardImport({ plan: plan.plan })
        output.result({ event: 'plan', ...plan }, planText)
        return
      }
      const applying = await client.datasets.applyImport({ plan: plan.plan })
      const report = await session.follow(applying.job, output, { result: importReport })
      output.result({ event: 'done', ...report }, reportText)
    })
}
