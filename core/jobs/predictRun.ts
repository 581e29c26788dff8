import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PredictResult } from '../api/prediction.ts'
import { MendError } from '../dataset/mendError.ts'
import type { TaskSchema } from '../dataset/task.ts'
import { openSnapshot, type Snapshot } from '../snapshot/read.ts'
import { newestRuns } from '../store/newestRuns.ts'
import type { Project } from '../store/project.ts'
import type { Task } from '../store/tasks.ts'
import type { Preferences } from '../training/controllable/controller.ts'
import type { PredictionRequest } from '../training/predictor.ts'
import { openPredictions } from '../training/runFiles.ts'
import { readConfiguration } from '../training/trainedConfiguration.ts'
import { addEmbeddings } from '../training/embeddings.ts'
import { wishedNetwork } from './controllable/wishedNetwork.ts'
import type { JobContext } from './jobRunner.ts'
import { PredictionFile } from './predictionFile.ts'
import { everybody, freezeTargets, lacking } from './predictionTargets.ts'
import { writeFile, writeLabels, type Prediction } from './predictionWriting.ts'
import { runPredictor } from './predictorHost.ts'
import { frozenFolder } from './runPredictions.ts'
import { chosenRun, freezeMargin, runConfiguration } from './runSummaries.ts'
import { withWorkFolder } from './workFolder.ts'

export interface PredictOptions {
  /** Missing: the newest that is done and learnt the tasks. */
  readonly run?: number
  /** Missing: all of the run's. */
  readonly tasks?: readonly string[]
  /** Missing: everybody. */
  readonly people?: readonly number[]
  /** Of a run with a choice: by task; missing: all alike. */
  readonly prefer?: Preferences
  /** Of a run with a choice: multiply–adds of an image; missing: those of the largest network. */
  readonly budget?: number
  /** A file for JSON lines, which must not exist; missing: labels are written into the project. */
  readonly out?: string
  readonly by: string
}

/**
 * Predicts people with a run's network: labels (origin `model`) for those who lack one, taken back by one undo, or all rows into a
 * file. Embeddings of identity tasks are kept with the run. What was written until a cancel or a failure is taken back.
 * @throws MendError `no-run`, `unknown-run`, `run-busy`, `run-not-trained`, `unknown-task`, `nobody-to-predict`, `file-exists`,
 * `not-controllable`, `budget-infeasible`, `preference-invalid`, the predictor's own; JobCancelled
 */
export async function predictRun(
  project: Project,
  options: PredictOptions,
  context: JobContext,
): Promise<PredictResult> {
  const row = chosenRun(project, options.run ?? newestThatLearnt(project, options.tasks))
  if (row.status === 'running' || row.status === 'paused') {
    throw new MendError('run-busy', `run ${row.id} is being trained`, 'wait for it, or predict with another run')
  }
  const runFolder = project.runFolder(row.id)
  const configuration = readConfiguration(runFolder)
  const wanted = chosenTasks(project, configuration.tasks, options.tasks)
  const labelled = wanted.filter(({ schema }) => schema.kind !== 'identity')
  const compared = wanted.filter(({ schema }) => schema.kind === 'identity')
  const { prefer: preferences, budget, out, by } = options
  const asked = preferences !== undefined || budget !== undefined
  const chosen = asked ? await wishedNetwork(project, row.id, { preferences, budget }) : null
  const file = out === undefined ? null : PredictionFile.create(out)
  const trainingSet = join(runFolder, frozenFolder)
  try {
    const targets =
      file === null ? lacking(project, row.id, labelled, compared, options.people) : everybody(project, options.people)
    if (targets.length === 0) {
      const hint = 'name other tasks, or write a file'
      throw new MendError('nobody-to-predict', 'nobody lacks a label of these tasks', hint)
    }
    return await withWorkFolder(runFolder, 'predicting', async (folder) => {
      const frozen = join(folder, 'people')
      const size = { ...configuration, margin: freezeMargin(row) }
      const skipped = await freezeTargets(project, targets, frozen, size, context)
      const request: PredictionRequest = {
        ...{ runFolder, trainingSet, people: frozen, tasks: wanted.map(({ name }) => name) },
        ...(chosen && { wish: chosen.wish }),
      }
      writeFileSync(join(folder, 'prediction.json'), JSON.stringify(request))
      const { seconds, imagesPerSecond } = await runPredictor(folder, context)
      const prediction = { project, run: row.id, labelled, compared, schemas: learntSchemas(trainingSet), folder }
      const snapshot = openSnapshot(frozen)
      try {
        const written =
          file === null
            ? await writeLabels(prediction, snapshot, by, context)
            : { labels: await writeFile(prediction, snapshot, file, context), action: null }
        const facts = { run: row.id, people: snapshot.people, skipped, seconds, imagesPerSecond, out: out ?? null }
        const computed = chosen?.computed ?? null
        return { ...facts, computed, ...written, compared: keepEmbeddings(prediction, snapshot) }
      } finally {
        snapshot.close()
      }
    })
  } catch (error) {
    file?.abandon()
    throw error
  }
}

/** The newest finished run that learnt all of the tasks (missing: any) and is no member of a set, else of a set; undefined: none has. */
function newestThatLearnt(project: Project, tasks: readonly string[] | undefined): number | undefined {
  if (tasks === undefined) return newestRuns(project.connection).at(0)?.id
  return newestRuns(project.connection).find(({ configuration }) => {
    const parsed = runConfiguration.safeParse(configuration)
    return parsed.success && tasks.every((task) => parsed.data.tasks.includes(task))
  })?.id
}

function chosenTasks(project: Project, learnt: readonly string[], names: readonly string[] | undefined): Task[] {
  const missing = names?.find((name) => !learnt.includes(name))
  if (missing !== undefined) {
    throw new MendError('unknown-task', `the run did not learn ${missing}`, `it learnt: ${learnt.join(', ')}`)
  }
  return project.tasks.all().filter(({ name }) => learnt.includes(name) && (names?.includes(name) ?? true))
}

function learntSchemas(trainingSet: string): Map<string, TaskSchema> {
  const snapshot = openSnapshot(trainingSet)
  snapshot.close()
  return new Map(snapshot.manifest.tasks.map(({ name, schema }) => [name, schema]))
}

/** @returns people whose embeddings the run has now and had not before */
function keepEmbeddings({ project, run, compared, folder }: Prediction, snapshot: Snapshot): number {
  let added = 0
  for (const { name } of compared) {
    const rows = openPredictions(folder, name)
    try {
      added += addEmbeddings(project.runFolder(run), name, snapshot.persons, (index) => rows.row(index))
    } finally {
      rows.close()
    }
  }
  return added
}
