import { readFile } from 'node:fs/promises'
import { MendError } from '../../dataset/mendError.ts'
import { parseDecisions } from '../decisionFile.ts'
import { runNumber } from '../optionParsers.ts'
import { count } from '../table.ts'
import { example, type Verb } from '../verb.ts'

interface Flags {
  readonly file: string
  readonly run?: number
  readonly by?: string
  readonly json?: boolean
}

export const addDecide: Verb = (program, session) => {
  program
    .command('decide')
    .description('decide about suspect labels in bulk; every change is a revision that can be reverted')
    .argument('<project>', 'project folder')
    .requiredOption('--file <csv>', 'lines of label,decision,reason; decisions: keep, reject, accept-prediction, skip')
    .option('--run <run>', 'the run whose suspects they are (default: the newest that is done)', runNumber)
    .option('--by <name>', 'who decides, for the history of the labels')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      example(
        'mend synth sample.mend --profile full --people 40 --seed 1',
        'mend train sample.mend --tasks parts,keypoints --size 64x32 --epochs 2',
        "printf 'label,decision,reason\\n3,keep,looks right\\n' > decisions.csv",
        'mend decide sample.mend --file decisions.csv',
      ),
    )
    .action(async (project: string, flags: Flags) => {
      const text = await readFile(flags.file, 'utf8').catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error)
        throw new MendError('file-unreadable', `${flags.file}: ${why}`, 'give a CSV file of label,decision,reason')
      })
      const decisions = parseDecisions(text, flags.file)
      const client = await session.client()
      const result = await client.suspects.decide({ project, run: flags.run, by: flags.by, decisions })
      session
        .output(flags.json)
        .result(
          result,
          (done) =>
            `run ${done.run}: kept ${count(done.keep)}, rejected ${count(done.reject)}, took the prediction of ` +
            `${count(done.acceptPrediction)}, skipped ${count(done.skip)}; ${count(done.revisions)} revisions`,
        )
    })
}
