import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { JobEvent } from '../../../core/api/job.ts'
import { runSetResult, type RunSetResult } from '../../../core/api/runSets.ts'
import { MendError } from '../../../core/dataset/mendError.ts'
import { openInProcessClient, type InProcessClient } from '../../../core/service/inProcessClient.ts'
import { isTree, leastTreeEpochs } from '../../../core/training/networkChoices.ts'
import type { LongTable, TableStep } from './longTable.ts'
import type { TableHead } from './resultFile.ts'

export type Client = InProcessClient['client']

export interface RunTableOptions {
  /** Projects and training sets lie here; what was done is found again. */
  readonly folder: string
  /** The real datasets. */
  readonly data: string
  /** One epoch (of a tree three), one seed, few people: does every line's command work? Results go into the folder. */
  readonly quick: boolean
  readonly log: (message: string) => void
}

const quickPeople = 96
const quickLimit = 120

/** Follows a job to its result. @throws MendError its own; `cancelled` */
export async function finish(client: Client, job: string, onEvent: (event: JobEvent) => void): Promise<unknown> {
  for await (const event of await client.jobs.watch({ job })) {
    onEvent(event)
    if (event.type === 'done') return event.result
    if (event.type === 'failed') throw new MendError(event.error.code, event.error.message, event.error.hint)
    if (event.type === 'cancelled') throw new MendError('cancelled', 'the work was cancelled', event.hint)
  }
  throw new MendError('job-lost', `job ${job} ended without a result`, 'run the command again')
}

/** The table's people; what an earlier attempt has made is kept. */
async function makeProject(
  client: Client,
  { name, data }: Pick<LongTable<never>, 'name' | 'data'>,
  options: RunTableOptions,
): Promise<string> {
  const project = path.resolve(options.folder, `${name}${options.quick ? '-quick' : ''}.mend`)
  const exists = existsSync(project)
  if (data.kind === 'synthetic') {
    if (exists) return project
    const people = options.quick ? quickPeople : data.people
    const [height, width] = data.size.split('x').map(Number)
    options.log(`making ${people} people`)
    const { job } = await client.projects.synthesize({
      ...{ project, profile: data.profile, people, seed: 1, height: 2 * height, width: 2 * width },
    })
    await finish(client, job, () => undefined)
    return project
  }
  if (!exists) await client.projects.init({ project })
  // An import is there whole or not at all.
  const { sources } = await client.projects.coverage({ project })
  for (const source of ['ccp', 'lspet']) {
    if (sources.some(({ name: known }) => known === source)) continue
    options.log(`importing ${source}`)
    const input = { project, source: path.join(options.data, source) }
    const plan = await finish(client, (await client.datasets.planImport(input)).job, () => undefined)
    if (typeof plan !== 'object' || plan === null || !('plan' in plan) || typeof plan.plan !== 'string') {
      throw new MendError('import-failed', `${source} could not be read`, 'check --data')
    }
    await finish(client, (await client.datasets.applyImport({ plan: plan.plan })).job, () => undefined)
  }
  return project
}

/** A step's lines as they are trained. */
function linesOf(step: TableStep, quick: boolean): TableStep['lines'] {
  if (!quick) return step.lines
  return step.lines.map((line) => {
    const { model } = line.options
    const epochs = model !== undefined && isTree(model) ? leastTreeEpochs : 1
    return { ...line, options: { ...line.options, epochs, limit: quickLimit } }
  })
}

/** Trains what a step lacks. */
async function runStep(
  client: Client,
  project: string,
  step: TableStep,
  options: RunTableOptions,
): Promise<{ set: number; result: RunSetResult }> {
  const known = (await client.runSets.list({ project })).find(({ name }) => name === step.name)
  const lines = linesOf(step, options.quick)
  const seeds = options.quick ? [step.seeds[0]] : [...step.seeds]
  const { name } = step
  const started =
    known !== undefined
      ? await client.runSets.continue({ project, set: known.set })
      : step.kind === 'relations'
        ? await client.runSets.testRelations({ project, name, options: lines[0].options, seeds })
        : await client.runSets.create({ project, name, lines: [...lines], seeds })
  const result = await finish(client, started.job, (event) => {
    if (event.type !== 'notice' || event.notice.event !== 'member') return
    const { line, seed, run, state, message } = event.notice
    if (state !== 'epoch') options.log(`${name}: ${line}, seed ${seed}: run ${run} ${state} ${message}`.trimEnd())
  })
  return { set: started.set, result: runSetResult.parse(result) }
}

/** A table whose runs are trained. */
export interface TrainedTable {
  readonly client: Client
  readonly project: string
  /** Its seconds are the runs'. */
  readonly head: TableHead
}

/**
 * Trains a table's runs, or goes on where it was interrupted, and makes its result of them while the project is open.
 * @param name of the project in the folder
 * @throws MendError of a step none of whose runs could be trained
 */
export async function trainTable<Result>(
  table: LongTable<Result>,
  name: string,
  options: RunTableOptions,
  resultOf: (trained: TrainedTable) => Promise<Result>,
): Promise<Result> {
  const { client, close } = openInProcessClient()
  const stop = (): void => void close()
  process.once('SIGINT', stop)
  try {
    const project = await makeProject(client, { name, data: table.data }, options)
    const sets: number[] = []
    const failed: RunSetResult['failed'] = []
    for (const step of table.steps) {
      const { set, result } = await runStep(client, project, step, options)
      if (step.kind === 'lines') sets.push(set)
      failed.push(...result.failed)
    }
    const runs = await client.training.runs({ project })
    const details = await Promise.all(runs.map(({ run }) => client.runs.detail({ project, run })))
    const head: TableHead = {
      table: table.name,
      title: table.title,
      machine: { cpu: os.cpus()[0]?.model.trim() ?? '', cores: os.availableParallelism(), node: process.versions.node },
      at: new Date().toISOString(),
      people: (await client.runs.choices({ project })).people,
      seconds: details.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0),
      failed: [...failed],
      comparison: await client.runSets.compare({ project, sets, against: table.against }),
    }
    return await resultOf({ client, project, head })
  } finally {
    process.removeListener('SIGINT', stop)
    await close()
  }
}
