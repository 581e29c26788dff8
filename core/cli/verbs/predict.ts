import { predictResult, type PredictResult } from '../../api/prediction.ts'
import { multiplyAdds, nameList, taskPreferences, wholeNumber } from '../optionParsers.ts'
import { configurationText } from '../configurationText.ts'
import { count, counts } from '../table.ts'
import { example, type Verb } from '../verb.ts'

interface Flags {
  readonly run?: number
  readonly tasks?: string[]
  readonly filter?: string
  readonly prefer?: Record<string, number>
  readonly budget?: number
  readonly out?: string
  readonly json?: boolean
}

function resultText(result: PredictResult): string {
  const speed = `${result.imagesPerSecond.toFixed(0)} images/s`
  return [
    `run ${result.run} predicted ${count(result.people)} people, ${speed}; ${counts(result.labels)}`,
    ...(result.computed === null ? [] : [`  computed: ${configurationText(result.computed)}`]),
    ...(result.skipped > 0 ? [`  ${count(result.skipped)} left out: their pictures cannot be read`] : []),
    ...(result.compared > 0 ? [`  ${count(result.compared)} people can be compared now`] : []),
    result.out === null ? '  origin: model; one undo takes the labels back' : `  written to ${result.out}`,
  ].join('\n')
}

export const addPredict: Verb = (program, session) => {
  program
    .command('predict')
    .description('have a run’s network label people who lack a label, or write what it says of people into a file')
    .argument('<project>', 'project folder')
    .option('--run <id>', 'run (default: the newest that is done)', wholeNumber)
    .option('--tasks <names>', 'tasks, separated by commas (default: all that the run learnt)', nameList)
    .option('--filter <rules>', 'whom, such as split=val,source=NAME (default: everybody)')
    .option(
      '--prefer <task=share>',
      'of a run of any width: how much each task matters, such as parts=.7,keypoints=.3 (default: all alike)',
      taskPreferences,
    )
    .option(
      '--budget <n>',
      'of a run of any width: multiply-adds that an image may take, such as 20M (default: no limit)',
      multiplyAdds,
    )
    .option('--out <file>', 'a file of JSON lines to write, with everybody; without it labels go into the project')
    .option('--json', 'print NDJSON events, the result last')
    .addHelpText(
      'after',
      example(
        'mend synth partial.mend --profile partial --people 40 --seed 1',
        'mend train partial.mend --tasks keypoints --size 64x32 --epochs 1',
        'mend predict partial.mend --tasks keypoints',
      ),
    )
    .action(async (project: string, flags: Flags) => {
      const client = await session.client()
      const output = session.output(flags.json)
      const { run, tasks, filter, prefer, budget, out } = flags
      const { job } = await client.prediction.start({ project, run, tasks, filter, prefer, budget, out })
      const result = await session.follow(job, output, { result: predictResult })
      output.result({ event: 'done', ...result }, resultText)
    })
}
