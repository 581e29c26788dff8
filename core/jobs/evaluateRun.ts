import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EvaluateResult } from '../api/evaluation.ts'
import { MendError } from '../dataset/mendError.ts'
import { splits } from '../dataset/label.ts'
import { freezeSnapshot, type FreezeOptions } from '../snapshot/freeze.ts'
import { openSnapshot, type Snapshot } from '../snapshot/read.ts'
import { streamFreezePeople, type FrozenPerson } from '../store/freezePeople.ts'
import type { Project } from '../store/project.ts'
import { keepEvaluation } from '../store/runSets.ts'
import type { Source } from '../store/sources.ts'
import type { Task } from '../store/tasks.ts'
import { createTaskMetric, type MetricBatch } from '../training/metrics/metric.ts'
import type { PredictionRequest } from '../training/predictor.ts'
import { openPredictions } from '../training/runFiles.ts'
import { readConfiguration } from '../training/trainedConfiguration.ts'
import type { JobContext } from './jobRunner.ts'
import { runPredictor } from './predictorHost.ts'
import { frozenFolder } from './runPredictions.ts'
import { findRun, freezeMargin } from './runSummaries.ts'
import { figures } from './trainerSupervisor.ts'
import { withWorkFolder } from './workFolder.ts'

export interface EvaluateOptions {
  readonly run: number
  readonly source: number
  /** Missing: those that the run learnt and the source has labels of. */
  readonly tasks?: readonly string[]
}

/** Tasks to be measured, with the schema that the run has learnt them by. @throws MendError `unknown-task`, `schema-changed` */
function measuredTasks(
  project: Project,
  training: Snapshot,
  learnt: readonly string[],
  wanted?: readonly string[],
): Task[] {
  for (const name of wanted ?? []) {
    if (learnt.includes(name)) continue
    throw new MendError('unknown-task', `the run did not learn ${name}`, `it learnt ${learnt.join(', ')}`)
  }
  const tasks = project.tasks.all().filter(({ name }) => (wanted ?? learnt).includes(name))
  for (const { name, schema } of tasks) {
    const then = training.manifest.tasks.find((task) => task.name === name)?.schema
    if (JSON.stringify(then) === JSON.stringify(schema)) continue
    const hint = 'train again, or import the source before training, so that the network knows all names'
    throw new MendError('schema-changed', `task ${name} has other names since the run was trained`, hint)
  }
  return tasks
}

function foundSource(project: Project, id: number): Source {
  const source = project.sources.get(id)
  if (source !== undefined) return source
  throw new MendError('unknown-source', `${project.name} has no source ${id}`, 'mend sources lists them')
}

/** Ids of the people whom a run learnt from. */
function trainedPeople(snapshot: Snapshot): ReadonlySet<number> {
  const training = splits.indexOf('train')
  const persons = snapshot.persons
  return new Set(
    Array.from(persons.keys())
      .filter((at) => snapshot.splits[at] === training)
      .map((at) => persons[at]),
  )
}

/** One task's metrics over the rows of a frozen set that have the label. */
function measure(
  set: Snapshot,
  { name, schema }: Task,
  folder: string,
): { people: number; metrics: Record<string, number> } {
  const { metric } = createTaskMetric(schema)
  // The types of a task's snapshot rows and predictions follow from its kind.
  const add = (batch: MetricBatch<unknown, unknown>): void =>
    (metric as { add(batch: MetricBatch<unknown, unknown>): void }).add(batch)
  const [presence, layout] = [set.presence(name), set.layout(name)]
  const predictions = openPredictions(folder, name)
  let people = 0
  try {
    for (let person = 0; person < set.people; person++) {
      if (presence[person] !== 1) continue
      const given = layout.allocate(layout.length)
      set.readRows(name, [person], given)
      add({ given, predicted: predictions.row(person) })
      people += 1
    }
  } finally {
    predictions.close()
  }
  return { people, metrics: metric.result() }
}

/**
 * A run's metrics on the people of a source whom it was never trained on: trained on A ∪ B, measured on C (GradSplit's cross-dataset
 * table). Kept with the run; nothing else changes.
 * @throws MendError `unknown-run`, `unknown-source`, `unknown-task`, `schema-changed`, `nobody-to-evaluate`, `run-not-trained`; JobCancelled
 */
export async function evaluateRun(
  project: Project,
  options: EvaluateOptions,
  context: JobContext,
): Promise<EvaluateResult> {
  const run = findRun(project, options.run)
  if (run.status === 'queued' || run.status === 'running' || run.status === 'paused') {
    throw new MendError('run-busy', `run ${run.id} is being trained`, 'wait for it')
  }
  const source = foundSource(project, options.source)
  const runFolder = project.runFolder(run.id)
  const configuration = readConfiguration(runFolder)
  const trainingSet = join(runFolder, frozenFolder)
  const training = openSnapshot(trainingSet)
  try {
    const tasks = measuredTasks(project, training, configuration.tasks, options.tasks)
    const known = trainedPeople(training)
    return await withWorkFolder(runFolder, 'evaluating', async (folder) => {
      const frozen = join(folder, 'people')
      const frozenAs = { folder: frozen, ...configuration, margin: freezeMargin(run) }
      const { left } = await freezeStrangers(project, tasks, source, known, frozenAs, context)
      const names = tasks.map(({ name }) => name)
      const request: PredictionRequest = { runFolder, trainingSet, people: frozen, tasks: names }
      writeFileSync(join(folder, 'prediction.json'), JSON.stringify(request))
      const { imagesPerSecond } = await runPredictor(folder, context)
      const set = openSnapshot(frozen)
      try {
        const measured = tasks.map((task) => [task.name, measure(set, task, folder)] as const)
        const found = measured.filter(([, { people }]) => people > 0)
        project.transaction((writer) => {
          for (const [task, { people, metrics }] of found) {
            keepEvaluation(writer.connection, run.id, { source: source.id, task, people, metrics: figures(metrics) })
          }
        })
        const facts = { run: run.id, source: source.id, sourceName: source.name, people: set.people, trainedOn: left }
        const results = found.map(
          ([task, { people, metrics }]) => [task, { people, metrics: figures(metrics) }] as const,
        )
        return { ...facts, imagesPerSecond, tasks: Object.fromEntries(results) }
      } finally {
        set.close()
      }
    })
  } finally {
    training.close()
  }
}

/** Freezes the source's people whom the run does not know. @returns how many were left out because it does */
async function freezeStrangers(
  project: Project,
  tasks: readonly Task[],
  source: Source,
  known: ReadonlySet<number>,
  { folder, height, width, margin }: Pick<FreezeOptions, 'folder' | 'height' | 'width' | 'margin'>,
  context: JobContext,
): Promise<{ left: number }> {
  let left = 0
  const names = tasks.map(({ name }) => name)
  async function* strangers(): AsyncGenerator<FrozenPerson> {
    const query = { tasks: names, validationShare: 0, seed: 1, sources: [source.id], withoutPredictions: true }
    for await (const person of streamFreezePeople(project, query)) {
      if (known.has(person.person)) left += 1
      else yield person
    }
  }
  const manifest = await freezeSnapshot(strangers(), {
    ...{ folder, height, width, margin },
    tasks: tasks.map(({ name, schema }) => ({ name, schema })),
    signal: context.signal,
    onProgress: (done) => context.progress({ stage: 'cropped', done, total: null, unit: 'people' }),
    onSkipped: (_, error) =>
      context.notice({
        event: 'warning',
        code: 'picture-unreadable',
        message: `somebody was left out: ${error.message}`,
      }),
  })
  if (manifest.people > 0) return { left }
  const reason = left > 0 ? `the run was trained on all ${left} of them` : `none has a label of ${names.join(', ')}`
  throw new MendError(
    'nobody-to-evaluate',
    `nobody of ${source.name} can be evaluated on: ${reason}`,
    'train on the other sources alone (--sources), or choose another source',
  )
}
