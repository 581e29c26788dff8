import { runNumber, wholeNumber } from '../optionParsers.ts'
import { count, figure, textTable } from '../table.ts'
import { example, type Verb } from '../verb.ts'

interface Flags {
  readonly run?: number
  readonly task?: string
  readonly top?: number
  readonly html?: string
  readonly json?: boolean
}

export const addSuspects: Verb = (program, session) => {
  program
    .command('suspects')
    .description('the labels of a run, most suspect first, with every signal; or a page with pictures')
    .argument('<project>', 'project folder')
    .option('--run <run>', 'the run (default: the newest that is done)', runNumber)
    .option('--task <name>', 'labels of one task only')
    .option('--top <n>', 'how many (default: 50)', wholeNumber)
    .option('--html <file>', 'write one self-contained page instead')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      example(
        'mend synth sample.mend --profile full --people 40 --seed 1',
        'mend train sample.mend --tasks parts,keypoints --size 64x32 --epochs 2',
        'mend suspects sample.mend --top 10 --html suspects.html',
      ),
    )
    .action(async (project: string, flags: Flags) => {
      const client = await session.client()
      const output = session.output(flags.json)
      const { run, task, top } = flags
      if (flags.html !== undefined) {
        const page = await client.suspects.page({ project, run, task, top, out: flags.html })
        output.result(
          page,
          (made) => `wrote ${made.out}: ${count(made.entries)} labels, ${figure(made.bytes / 1e6)} MB`,
        )
        return
      }
      const suspects = await client.suspects.list({ project, run, task, top })
      output.result(suspects, (rows) =>
        rows.length === 0
          ? 'no suspects: nothing of this task was ranked'
          : textTable(
              [
                { title: 'rank', align: 'right' },
                { title: 'task' },
                { title: 'label', align: 'right' },
                { title: 'score', align: 'right' },
                { title: 'image' },
                { title: 'why' },
                { title: 'decision' },
              ],
              rows.map((row) => [
                String(row.rank),
                row.task,
                String(row.label),
                figure(row.score),
                row.image,
                row.why,
                row.decision ?? '',
              ]),
            ),
      )
    })
}
