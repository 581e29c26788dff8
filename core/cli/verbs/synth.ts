import { Option } from 'commander'
import { synthesizeResult } from '../../api/dataset.ts'
import { pictureSize, wholeNumber } from '../optionParsers.ts'
import { count, counts } from '../table.ts'
import { example, type Verb } from '../verb.ts'

interface Flags {
  readonly profile: 'full' | 'partial' | 'street'
  readonly people: number
  readonly seed?: number
  readonly size?: { readonly height: number; readonly width: number }
  readonly normals?: true
  readonly json?: boolean
}

export const addSynth: Verb = (program, session) => {
  program
    .command('synth')
    .description('make a project of synthetic people, drawn and labelled by the program')
    .argument('<project>', 'folder to make, NAME.mend')
    .addOption(
      new Option(
        '--profile <name>',
        'full: every task on every picture; partial: four sources of one task each; street',
      )
        .choices(['full', 'partial', 'street'])
        .makeOptionMandatory(),
    )
    .requiredOption('--people <n>', 'how many people', wholeNumber)
    .option('--seed <n>', 'the same seed makes the same people (default: 1)', wholeNumber)
    .option('--size <HxW>', 'height and width of the pictures (default: 128x64)', pictureSize)
    .option('--normals', 'label the directions of surfaces too, on every picture')
    .option('--json', 'print NDJSON events, the result last')
    .addHelpText('after', example('mend synth sample.mend --profile full --people 40 --seed 1'))
    .action(async (project: string, flags: Flags) => {
      const client = await session.client()
      const output = session.output(flags.json)
      const { job } = await client.projects.synthesize({
        project,
        profile: flags.profile,
        people: flags.people,
        seed: flags.seed,
        normals: flags.normals,
        height: flags.size?.height,
        width: flags.size?.width,
      })
      const result = await session.follow(job, output, { result: synthesizeResult })
      output.result({ event: 'done', ...result }, (made) => {
        const sources = made.sources.map((source) => source.name).join(', ')
        return `made ${made.project}: ${count(made.people)} people (${sources}); ${counts(made.labels)}; ${made.seconds.toFixed(1)} s`
      })
    })
}
