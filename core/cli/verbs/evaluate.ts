import { evaluateResult, type EvaluateResult } from '../../api/evaluation.ts'
import { MendError } from '../../dataset/mendError.ts'
import { nameList, runNumber } from '../optionParsers.ts'
import type { Client } from '../session.ts'
import { count, figure, textTable } from '../table.ts'
import { example, type Verb } from '../verb.ts'

interface Flags {
  readonly run: number
  readonly source: string
  readonly tasks?: string[]
  readonly json?: boolean
}

function resultText({ run, sourceName, people, trainedOn, tasks }: EvaluateResult): string {
  const rows = Object.entries(tasks).flatMap(([task, { people: labelled, metrics }]) =>
    Object.entries(metrics).map(([name, value]) => [task, count(labelled), name, figure(value)]),
  )
  const left = trainedOn === 0 ? '' : `; ${count(trainedOn)} whom it was trained on are left out`
  return [
    `run ${run} on ${count(people)} people of ${sourceName}${left}`,
    textTable(
      [{ title: 'task' }, { title: 'people', align: 'right' }, { title: 'metric' }, { title: '', align: 'right' }],
      rows,
    ),
  ].join('\n')
}

/** Numbers of sources by number or name. @throws MendError `unknown-source` */
async function sourceNumbers(client: Client, project: string, named: readonly string[]): Promise<number[]> {
  const sources = await client.projects.sources({ project })
  return named.map((text) => {
    const source = sources.find(({ name }) => name === text) ?? sources.find(({ id }) => String(id) === text)
    if (source !== undefined) return source.id
    const names = sources.map(({ name }) => name).join(', ')
    throw new MendError('unknown-source', `there is no source called ${text}`, `the sources: ${names}`)
  })
}

export const addEvaluate: Verb = (program, session) => {
  program
    .command('evaluate')
    .description('how good a run is on people of a source that it was never trained on')
    .argument('<project>', 'project folder')
    .requiredOption('--run <run>', 'the run', runNumber)
    .requiredOption('--source <source>', 'the source, by name or number; mend sources lists them')
    .option('--tasks <names>', 'tasks to measure (default: all that the run learnt)', nameList)
    .option('--json', 'print NDJSON events, the result last')
    .addHelpText(
      'after',
      example(
        'mend synth sample.mend --profile full --people 40 --seed 1',
        'mend train sample.mend --tasks parts,keypoints --size 64x32 --epochs 2',
        'mend evaluate sample.mend --run 1 --source full',
      ),
    )
    .action(async (project: string, { run, source: named, tasks, json }: Flags) => {
      const client = await session.client()
      const output = session.output(json)
      const [source] = await sourceNumbers(client, project, [named])
      const { job } = await client.runSets.evaluate({ project, run, source, tasks })
      const result = await session.follow(job, output, { result: evaluateResult })
      output.result({ event: 'done', ...result }, resultText)
    })
}
