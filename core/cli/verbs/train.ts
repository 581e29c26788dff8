import { trainResult, type TrainResult } from '../../api/training.ts'
import { UsageError } from '../exitStatus.ts'
import { runNumber } from '../optionParsers.ts'
import { count, figure } from '../table.ts'
import { addTrainingFlags, trainingChoices, type TrainingFlags } from '../trainingFlags.ts'
import { showTrainingNotice } from '../trainingProgress.ts'
import { example, type Verb } from '../verb.ts'

interface Flags extends TrainingFlags {
  readonly resume?: number
  readonly json?: boolean
}

function resultText(result: TrainResult): string {
  const lines = [
    `run ${result.run}: ${result.epoch} epochs on ${result.engine}, ${result.seconds.toFixed(1)} s, ` +
      `${figure(result.imagesPerSecond)} images/s`,
  ]
  for (const [task, values] of Object.entries(result.metrics)) {
    const figures = Object.entries(values).map(([name, value]) => `${name} ${figure(value)}`)
    if (figures.length > 0) lines.push(`  ${task}: ${figures.join(', ')}`)
  }
  for (const [task, found] of Object.entries(result.suspects)) {
    const verdict =
      found.estimatedNoise === null
        ? 'no clear corruption'
        : `${count(found.flagged)} flagged, about ${(found.estimatedNoise * 100).toFixed(1)}% wrong`
    lines.push(`  ${task}: ${count(found.ranked)} labels ranked, ${verdict}`)
  }
  return lines.join('\n')
}

export const addTrain: Verb = (program, session) => {
  const command = program
    .command('train')
    .description('train one network on the project in a process of its own, and rank the labels it could not believe')
    .argument('<project>', 'project folder')
  addTrainingFlags(command)
    .option('--resume <run>', 'continue a run from its last checkpoint', runNumber)
    .option('--json', 'print NDJSON events, the result last')
    .addHelpText(
      'after',
      example(
        'mend synth sample.mend --profile full --people 40 --seed 1',
        'mend train sample.mend --tasks parts,keypoints --size 64x32 --epochs 2',
      ),
    )
    .action(async (project: string, flags: Flags) => {
      const choices = trainingChoices(flags)
      if (flags.resume !== undefined && Object.values(choices).some((value) => value !== undefined)) {
        throw new UsageError('a resumed run keeps its own options', 'give --resume alone, or start a new run')
      }
      const client = await session.client()
      const output = session.output(flags.json)
      const { job } =
        flags.resume === undefined
          ? await client.training.start({ project, options: choices })
          : await client.training.resume({ project, run: flags.resume })
      const result = await session.follow(job, output, {
        result: trainResult,
        onNotice: (notice) => showTrainingNotice(output, notice),
      })
      output.result({ event: 'done', ...result }, resultText)
    })
}
