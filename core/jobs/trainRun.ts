import { mkdirSync } from 'node:fs'
import { z } from 'zod'
import type { ErrorReport } from '../api/error.ts'
import type { TrainingOptions, TrainResult } from '../api/training.ts'
import { MendError } from '../dataset/mendError.ts'
import type { Project, ProjectWriter } from '../store/project.ts'
import type { RunKind, RunStatus } from '../store/runs.ts'
import type { RunRequest } from '../training/configuration.ts'
import { checkBank, copyBank } from './filterBank.ts'
import { frozenSet } from './frozenReuse.ts'
import { JobCancelled, reportError, type JobContext } from './jobRunner.ts'
import { rankRun } from './rankRun.ts'
import { lockRun, readRunLock, unlockRun, waitForOrphan } from './runLock.ts'
import { chosenTasks, configurationOf, writeRunFiles, type FreezeChoices } from './runPreparation.ts'
import { findRun, runConfiguration } from './runSummaries.ts'
import { withProjectKnowledge } from './taskKnowledge.ts'
import { figures, superviseTrainer, taskFigures, type TrainerDone } from './trainerSupervisor.ts'

const freezeChoices = z.object({
  freeze: z.object({
    validationShare: z.number(),
    margin: z.number(),
    limit: z.number().optional(),
    sources: z.array(z.number()).optional(),
  }),
})

export interface NewRun {
  readonly run: number
  readonly configuration: RunRequest
  readonly freeze: FreezeChoices
}

/**
 * Notes a new run in the project and claims its folder, in one transaction: nobody sees a run that nobody works on.
 * @throws MendError `unknown-task`, `nothing-to-learn`
 */
function insertRun(project: Project, kind: RunKind, status: RunStatus, options: TrainingOptions): NewRun {
  const tasks = chosenTasks(project, options.tasks)
  const configuration = configurationOf(withProjectKnowledge(project, options, tasks), tasks)
  checkBank(project, configuration)
  const { validationShare, margin, limit, sources } = options
  const freeze = { validationShare, margin, limit, sources }
  const run = project.transaction((writer) => {
    const id = writer.runs.insert({ kind, status, configuration: { ...configuration, freeze } })
    writer.history.addEvent(id, 'created', { status })
    claimRunFolder(project, id)
    copyBank(project, id, configuration)
    return id
  })
  return { run, configuration, freeze }
}

/** A new run that begins at once. @throws MendError `unknown-task`, `nothing-to-learn` */
export function createRun(project: Project, kind: RunKind, options: TrainingOptions, context: JobContext): NewRun {
  const chosen = insertRun(project, kind, 'running', options)
  context.notice({ event: 'run', run: chosen.run, folder: project.runFolder(chosen.run) })
  return chosen
}

/**
 * A new run that waits for its turn: it is in the project's list from now on, and a process that dies before its turn
 * leaves it there as interrupted. Give it to `trainQueued`, or to `withdrawRun`.
 * @throws MendError `unknown-task`, `nothing-to-learn`
 */
export function queueRun(project: Project, options: TrainingOptions): NewRun {
  return insertRun(project, 'train', 'queued', options)
}

/** A queued run that is not to be trained after all: it stays in the list and can be continued. */
export function withdrawRun(project: Project, run: number): void {
  project.transaction((writer) => endRun(writer, run, null))
  unlockRun(project.runFolder(run))
}

/**
 * Keeps the run's row true whatever happens to the work: failed with its error, or stopped where it was cancelled.
 * @throws JobCancelled with the command that continues the run; the work's own error otherwise.
 */
export async function guardRun<T>(
  project: Project,
  run: number,
  hint: string,
  context: JobContext,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const cancelled = context.signal.aborted || error instanceof JobCancelled
    project.transaction((writer) => endRun(writer, run, cancelled ? null : reportError(error)))
    if (cancelled) throw new JobCancelled(hint)
    throw error
  } finally {
    unlockRun(project.runFolder(run))
  }
}

function endRun(writer: ProjectWriter, run: number, error: ErrorReport | null): void {
  writer.history.addEvent(run, error === null ? 'stopped' : 'failed', error ?? {})
  writer.runs.update(run, error === null ? { status: 'stopped' } : { status: 'failed', error })
}

/** Trains a prepared run. @throws JobCancelled when the trainer ended early because it was asked to. */
export async function trainPrepared(
  project: Project,
  { run, configuration }: Pick<NewRun, 'run' | 'configuration'>,
  hint: string,
  context: JobContext,
): Promise<TrainerDone> {
  writeRunFiles(project.runFolder(run), configuration)
  const done = await superviseTrainer({ project, run }, context)
  if (done.stopped) throw new JobCancelled(hint)
  return done
}

/** The newest network's result and its ranking, into the run's row and to the caller. */
function finish(project: Project, run: number, configuration: RunRequest, done: TrainerDone): TrainResult {
  const suspects = rankRun(project, run, configuration)
  const result: TrainResult = {
    run,
    engine: done.engine,
    seconds: done.seconds,
    imagesPerSecond: figures({ value: done.imagesPerSecond })['value'] ?? 0,
    metrics: taskFigures(done.metrics),
    epoch: done.epoch,
    suspects,
  }
  project.transaction((writer) => {
    writer.history.addEvent(run, 'done', { epoch: done.epoch, seconds: done.seconds })
    writer.runs.update(run, {
      status: 'done',
      epoch: done.epoch,
      seconds: done.seconds,
      imagesPerSecond: result.imagesPerSecond,
      result,
    })
  })
  return result
}

function resumeHint(project: Project, run: number): string {
  return `continue it with: mend train ${project.folder} --resume ${run}`
}

async function prepareAndTrain(project: Project, chosen: NewRun, context: JobContext): Promise<TrainResult> {
  const { run, configuration, freeze } = chosen
  const hint = resumeHint(project, run)
  return guardRun(project, run, hint, context, async () => {
    const manifest = await frozenSet(project, run, configuration, freeze, context)
    project.transaction((writer) => {
      writer.history.addEvent(run, 'snapshot', { people: manifest.people, ...manifest.counts })
      writer.runs.update(run, { snapshot: manifest.id })
    })
    const done = await trainPrepared(project, chosen, hint, context)
    context.progress({ stage: 'ranked', done: 0, total: configuration.tasks.length, unit: 'tasks' })
    return finish(project, run, configuration, done)
  })
}

/**
 * One queued run to ranked suspects: freezes the snapshot, trains in a process of its own, keeps metrics and records,
 * ranks the labels.
 * @throws MendError `nothing-to-learn`, the trainer's own; JobCancelled
 */
export async function trainQueued(project: Project, chosen: NewRun, context: JobContext): Promise<TrainResult> {
  project.transaction((writer) => writer.runs.update(chosen.run, { status: 'running' }))
  context.notice({ event: 'run', run: chosen.run, folder: project.runFolder(chosen.run) })
  return prepareAndTrain(project, chosen, context)
}

/**
 * Queues a run again, to be continued from its last checkpoint with its own configuration and training set; a run that is
 * done answers with its ranking again.
 * @throws MendError `unknown-run`, `run-is-audit`, `run-busy`
 */
export async function queueResume(project: Project, id: number): Promise<NewRun> {
  const row = findRun(project, id)
  if (row.kind === 'audit') {
    throw new MendError('run-is-audit', `run ${id} is an audit`, 'start the audit again; it is not continued')
  }
  const configuration = runConfiguration.parse(row.configuration)
  const { freeze } = freezeChoices.parse(row.configuration)
  await waitForOrphan(project.runFolder(id))
  if (row.status === 'queued' || row.status === 'running' || row.status === 'paused') assertNotAtWork(project, id)
  claimRunFolder(project, id)
  project.transaction((writer) => writer.runs.update(id, { status: 'queued' }))
  return { run: id, configuration, freeze }
}

/** This process' own claim on a folder is no hindrance to `lockRun`; two jobs of it on one run are. */
function assertNotAtWork(project: Project, run: number): void {
  if (readRunLock(project.runFolder(run)) === null) return
  throw new MendError('run-busy', `run ${run} is under way or waits for its turn`, 'watch it, or stop it first')
}

/** Makes the run's folder and claims it for this process. @throws MendError `run-busy` */
function claimRunFolder(project: Project, run: number): void {
  const folder = project.runFolder(run)
  mkdirSync(folder, { recursive: true })
  lockRun(folder, null)
}
