import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { TrainingOptions } from '../api/training.ts'
import { MendError } from '../dataset/mendError.ts'
import { freezeSnapshot } from '../snapshot/freeze.ts'
import type { SnapshotManifest } from '../snapshot/manifest.ts'
import { openSnapshot } from '../snapshot/read.ts'
import { countFreezePeople, streamFreezePeople, type FreezeQuery } from '../store/freezePeople.ts'
import { identityNames } from '../store/identities.ts'
import type { Project } from '../store/project.ts'
import type { Task } from '../store/tasks.ts'
import { refuseBalancing } from '../training/balancingChoices.ts'
import { refuseNetwork, refuseTree } from '../training/networkChoices.ts'
import type { RunRequest } from '../training/configuration.ts'
import type { JobContext } from './jobRunner.ts'
import { removePartialFolders } from './partialFolders.ts'
import { frozenFolder } from './runPredictions.ts'

/** What a run depends on besides its configuration: how its training set is frozen. */
export interface FreezeChoices {
  readonly validationShare: number
  readonly margin: number
  readonly limit?: number
  /** Only people and labels of these sources; missing: of all. */
  readonly sources?: readonly number[]
}

/**
 * Tasks by name, in the project's order; without names every task that has labels and can be learnt but identities, which set the
 * order of all batches and want a lower learning rate: they are learnt when they are asked for, or alone.
 */
export function chosenTasks(project: Project, names: readonly string[] | undefined): Task[] {
  const all = project.tasks.all()
  if (names === undefined) {
    const learnable = all.filter((task) => learningObstacle(project, task) === null)
    const usual = learnable.filter(({ schema }) => schema.kind !== 'identity')
    if (usual.length > 0) return usual
    if (learnable.length > 0) return learnable
    throw new MendError('nothing-to-learn', `${project.name} has no labels to learn from`, 'import a dataset first')
  }
  const known = all.map((task) => task.name).join(', ')
  for (const name of names) {
    const task = all.find((candidate) => candidate.name === name)
    if (task === undefined) {
      throw new MendError('unknown-task', `${project.name} has no task ${name}`, `its tasks: ${known || 'none yet'}`)
    }
    const obstacle = learningObstacle(project, task)
    if (obstacle === null) continue
    const hint = 'leave it out, or import labels'
    throw new MendError('nothing-to-learn', `task ${name} of ${project.name} cannot be learnt: ${obstacle}`, hint)
  }
  return all.filter((task) => names.includes(task.name))
}

/** Why nothing can be learnt of a task, in words; null: it can. */
export function learningObstacle(project: Project, { id, name, schema }: Task): string | null {
  if (!hasLabels(project, name)) return 'it has no labels'
  const single = schema.kind === 'identity' && identityNames(project.connection, id, '', 2).length < 2
  return single ? 'its labels do not name two people' : null
}

function hasLabels(project: Project, task: string): boolean {
  return (['labelled', 'verified'] as const).some(
    (state) => project.labels.list({ task, state, limit: 1 }).items.length > 0,
  )
}

/** @throws MendError `balancing-refused`, `network-refused` when choices do not go together */
export function configurationOf(options: TrainingOptions, tasks: readonly Task[]): RunRequest {
  const names = tasks.map((task) => task.name)
  const refused = refuseBalancing(options, names)
  if (refused !== null) throw new MendError('balancing-refused', refused.message, refused.hint)
  const unfit = refuseNetwork(options)
  if (unfit !== null) throw new MendError('network-refused', unfit.message, unfit.hint)
  const ungrown = refuseTree(options, names)
  if (ungrown !== null) throw new MendError('network-refused', ungrown.message, ungrown.hint)
  return {
    tasks: names,
    model: options.model,
    network: options.network,
    norm: options.norm,
    bank: options.bank,
    distillation: options.distillation,
    onlyWidth: options.onlyWidth,
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
    balancing: options.balancing,
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

/** Who is frozen for a run. */
export function freezeQuery(configuration: Pick<RunRequest, 'tasks' | 'seed'>, choices: FreezeChoices): FreezeQuery {
  const { validationShare, limit, sources } = choices
  return {
    tasks: configuration.tasks,
    validationShare,
    seed: configuration.seed,
    ...(limit !== undefined && { limit }),
    ...(sources !== undefined && { sources }),
  }
}

/** Freezes the training set of a run into its folder. @throws MendError `nothing-to-learn` */
export async function freezeRun(
  project: Project,
  run: number,
  configuration: RunRequest,
  choices: FreezeChoices,
  context: JobContext,
): Promise<SnapshotManifest> {
  const folder = join(project.runFolder(run), frozenFolder)
  const manifest = await freezeInto(project, folder, configuration, choices, context)
  return withTraining(folder, manifest)
}

/** A training set that can be trained on; without anybody in the training split it is removed. @throws MendError `nothing-to-learn` */
export function withTraining(folder: string, manifest: SnapshotManifest): SnapshotManifest {
  if (manifest.counts.train > 0) return manifest
  rmSync(folder, { recursive: true, force: true })
  throw new MendError(
    'nothing-to-learn',
    'no person of the training split has a label',
    'check the splits: mend coverage',
  )
}

/**
 * Freezes people into a folder that does not exist; the seed draws the splits and the people of a limit. People whose picture cannot
 * be read are left out with a warning. @throws MendError `unknown-task`, `nothing-to-learn` for a task without labels
 */
export async function freezeInto(
  project: Project,
  folder: string,
  configuration: Pick<RunRequest, 'tasks' | 'height' | 'width' | 'seed'>,
  choices: FreezeChoices,
  context: Pick<JobContext, 'signal' | 'progress' | 'notice'>,
): Promise<SnapshotManifest> {
  mkdirSync(dirname(folder), { recursive: true })
  await removePartialFolders(folder)
  const tasks = chosenTasks(project, configuration.tasks).map(({ name, schema }) => ({ name, schema }))
  const { margin } = choices
  const query = freezeQuery({ ...configuration, tasks: tasks.map((task) => task.name) }, choices)
  const total = countFreezePeople(project, query)
  const skipped: string[] = []
  const manifest = await freezeSnapshot(streamFreezePeople(project, query), {
    folder,
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
