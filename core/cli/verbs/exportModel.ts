import { Option } from 'commander'
import { exportModelFormats, exportModelResult } from '../../api/controllable.ts'
import type { ExportModelFormat, ExportModelResult } from '../../api/controllable.ts'
import { configurationText } from '../configurationText.ts'
import { multiplyAdds, runNumber, taskPreferences, wholeNumber } from '../optionParsers.ts'
import { count } from '../table.ts'
import { example, type Verb } from '../verb.ts'

interface Flags {
  readonly run: number
  readonly prefer?: Record<string, number>
  readonly budget?: number
  readonly out: string
  readonly format: ExportModelFormat
  readonly batch: number
  readonly json?: boolean
}

function resultText(result: ExportModelResult): string {
  const files = result.files.map(({ name, bytes }) => `  ${name} (${count(bytes)} bytes)`)
  return [`run ${result.run} written to ${result.out}`, `  computed: ${configurationText(result)}`, ...files].join('\n')
}

export const addExportModel: Verb = (program, session) => {
  program
    .command('export-model')
    .description('write one network of a run of any width as a model that needs nothing of this program')
    .argument('<project>', 'project folder')
    .requiredOption('--run <run>', 'the run', runNumber)
    .option('--prefer <task=share>', 'how much each task matters (default: all alike)', taskPreferences)
    .option('--budget <n>', 'multiply-adds that an image may take, such as 20M (default: no limit)', multiplyAdds)
    .requiredOption('--out <folder>', 'a new folder')
    .addOption(
      new Option('--format <name>', 'safetensors with model.json, or a TensorFlow SavedModel')
        .choices(exportModelFormats)
        .default('safetensors'),
    )
    .option('--batch <n>', 'images that the model takes at a time', wholeNumber, 1)
    .option('--json', 'print NDJSON events, the result last')
    .addHelpText(
      'after',
      example(
        'mend synth slim.mend --profile full --people 40 --seed 1',
        'mend train slim.mend --tasks attributes --model slim-tiny --size 64x32 --epochs 1',
        'mend export-model slim.mend --run 1 --budget 2M --out small --format safetensors',
      ),
    )
    .action(async (project: string, flags: Flags) => {
      const client = await session.client()
      const output = session.output(flags.json)
      const { run, prefer, budget, out, format, batch } = flags
      const { job } = await client.controllable.export({
        project,
        run,
        preferences: prefer,
        budget,
        out,
        format,
        batch,
      })
      const result = await session.follow(job, output, { result: exportModelResult })
      output.result({ event: 'done', ...result }, resultText)
    })
}
