import type { Duplicates } from '../../api/project.ts'
import { wholeNumber } from '../optionParsers.ts'
import { count } from '../table.ts'
import { example, type Verb } from '../verb.ts'

const shown = 20

function listed(title: string, lines: readonly string[]): string[] {
  const more = lines.length > shown ? [`  … and ${count(lines.length - shown)} more`] : []
  return [`${title}: ${count(lines.length)}`, ...lines.slice(0, shown).map((line) => `  ${line}`), ...more]
}

function duplicatesText(found: Duplicates): string {
  return [
    ...listed(
      'exact duplicates (one image in the project)',
      found.exact.map((entry) => entry.paths.join(' = ')),
    ),
    ...listed(
      'near-duplicates',
      found.near.map((pair) => `${pair.a.path} ~ ${pair.b.path} (${pair.distance} bits)`),
    ),
    ...listed(
      'leakage between splits',
      found.leakage.map((leak) => `${leak.kind} ${leak.what}: ${leak.splits.join(' and ')}`),
    ),
  ].join('\n')
}

export const addDuplicates: Verb = (program, session) => {
  program
    .command('duplicates')
    .description('exact and near-duplicate images, and leakage between splits')
    .argument('<project>', 'project folder')
    .option(
      '--distance <bits>',
      'differing bits of the 64-bit picture hash that still count as near (default: 4)',
      wholeNumber,
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      example('mend synth sample.mend --profile full --people 40 --seed 1', 'mend duplicates sample.mend'),
    )
    .action(async (project: string, flags: { distance?: number; json?: boolean }) => {
      const client = await session.client()
      const found = await client.projects.duplicates({ project, distance: flags.distance })
      session.output(flags.json).result(found, duplicatesText)
    })
}
