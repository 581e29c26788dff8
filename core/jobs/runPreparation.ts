import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { TrainingOptions } from '../api/training.ts'
import { MendError } from '../dataset/mendError.ts'
import { freezeSnapshot } from '../snapshot/freeze.ts'
import type { SnapshotManifest } from '../snapshot/manifest.ts'
import { openSnapshot } from '../snapshot/read.ts'
import { countFreezePeople, streamFreezePeople } from '../store/freezePeople.ts'
import type { Project } from '../store/project.ts'
import type { Task } from '../store/tasks.ts'
import type { RunRequest } from '../training/configuration.ts'
import type { JobContext } from './jobRunner.ts'
import { removePartialFolders } from './partialFolders.ts'
import { frozenFolder } from './runPredictions.ts'

/** What a run depends on besides its configuration: how its training set is frozen. */
export interface FreezeChoices {
  readonly validationShare: number
  readonly margin: number
  readonly limit?: number
}

/** Tasks by name, in the project's order; without names every task that has labels and can be learnt. */
export function chosenTasks(project: Project, names: readonly string[] | undefined): Task[] {
  const all = project.tasks.all()
  if (names === undefined) {
    const learnable = all.filter((task) => task.schema.kind !== 'identity' && hasLabels(project, task.name))
    if (learnable.length > 0) return learnable
    throw new MendError('nothing-to-learn', `${project.name} has no labels to learn from`, 'import a dataset first')
  }
  const known = all.map((task) => task.name).join(', ')
  for (const name of names) {
    const task = all.find((candidate) => candidate.name === name)
    if (task === undefined) {
      throw new MendError('unknown-task', `${project.name} has no task ${name}`, `its tasks: ${known || 'none yet'}`)
    }
    if (task.schema.kind === 'identity') {
      throw new MendError(
        'task-not-trainable',
        `task ${name} is an identity task`,
        'identities are not trained in this version',
      )
    }
    if (!hasLabels(project, name)) {
      throw new MendError(
        'nothing-to-learn',
        `task ${name} has no labels in ${project.name}`,
        'leave it out, or import labels',
      )
    }
  }
  return all.filter((task) => names.includes(task.name))
}

function hasLabels(project: Project, task: string): boolean {
  return (['labelled', 'verified'] as const).some(
    (state) => project.labels.list({ task, state, limit: 1 }).items.length > 0,
  )
}

export function configurationOf(options: TrainingOptions, tasks: readonly Task[]): RunRequest {
  return {
    tasks: tasks.map((task) => task.name),
    model: options.model,
    height: options.height,
    width: options.width,
    epochs: options.epochs,
    batch: options.batch,
    learningRate: options.learningRate,
    weightDecay: options.weightDecay,
    clipNorm: options.clipNorm,
    parameters: options.parameters,
    parameterRate: options.parameterRate,
    parameterMomentum: options.parameterMomentum,
    warmupEpochs: options.warmupEpochs,
    weighting: options.weighting,
    aggregation: options.aggregation,
    gradient: options.gradient,
    augment: options.augment,
    engine: options.engine,
    seed: options.seed,
    checkpointEvery: options.checkpointEvery,
  }
}

/** The frozen training set of a run, where it is complete. */
export function readFrozen(runFolder: string): SnapshotManifest | null {
  const folder = join(runFolder, frozenFolder)
  if (!existsSync(folder)) return null
  const snapshot = openSnapshot(folder)
  snapshot.close()
  return snapshot.manifest
}

/** Freezes the training set of a run into its folder. People whose picture cannot be read are left out with a warning. */
export async function freezeRun(
  project: Project,
  run: number,
  configuration: RunRequest,
  choices: FreezeChoices,
  context: JobContext,
): Promise<SnapshotManifest> {
  const runFolder = project.runFolder(run)
  mkdirSync(runFolder, { recursive: true })
  await removePartialFolders(join(runFolder, frozenFolder))
  const tasks = chosenTasks(project, configuration.tasks).map(({ name, schema }) => ({ name, schema }))
  const { validationShare, limit, margin } = choices
  const query = {
    tasks: tasks.map((task) => task.name),
    validationShare,
    seed: configuration.seed,
    ...(limit !== undefined && { limit }),
  }
  const total = countFreezePeople(project, query)
  const skipped: string[] = []
  const manifest = await freezeSnapshot(streamFreezePeople(project, query), {
    folder: join(runFolder, frozenFolder),
    height: configuration.height,
    width: configuration.width,
    margin,
    tasks,
    signal: context.signal,
    onProgress: (done) => context.progress({ stage: 'froze', done, total, unit: 'people' }),
    onSkipped: (_, error) => skipped.push(error.message),
  })
  if (skipped.length > 0) {
    const message = `${skipped.length} people were left out, their pictures cannot be read: ${skipped[0]}`
    context.notice({ event: 'warning', code: 'pictures-unreadable', message })
  }
  if (manifest.counts.train === 0) {
    rmSync(join(runFolder, frozenFolder), { recursive: true, force: true })
    throw new MendError(
      'nothing-to-learn',
      'no person of the training split has a label',
      'check the splits: mend coverage',
    )
  }
  return manifest
}

/** Writes what the trainer reads besides the snapshot; a batch that the run has found and kept there stays. */
export function writeRunFiles(runFolder: string, request: RunRequest): void {
  const configuration = request.batch === 'auto' ? { ...request, batch: keptBatch(runFolder) } : request
  writeFileSync(join(runFolder, 'configuration.json'), `${JSON.stringify(configuration, null, 1)}\n`)
  writeFileSync(join(runFolder, 'snapshot'), JSON.stringify({ folder: join(runFolder, frozenFolder) }))
}

const kept = z.object({ batch: z.number() })

/** The batch that an earlier start of the run found, `auto` where there was none. */
function keptBatch(runFolder: string): RunRequest['batch'] {
  try {
    return kept.parse(JSON.parse(readFileSync(join(runFolder, 'configuration.json'), 'utf8'))).batch
  } catch {
    return 'auto'
  }
}
