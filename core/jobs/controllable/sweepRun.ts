import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SweepPoint, SweepReport, SweepResult } from '../../api/controllable.ts'
import { MendError } from '../../dataset/mendError.ts'
import type { TaskKind } from '../../dataset/task.ts'
import { controllability } from '../../ranking/controllability.ts'
import { openSnapshot } from '../../snapshot/read.ts'
import type { Project } from '../../store/project.ts'
import {
  configurationKey,
  readMeasured,
  sweepPairs,
  type Measured,
  type SweptPair,
} from '../../training/controllable/sweep.ts'
import { labelledPeople } from '../../training/labelledPeople.ts'
import { tableMetric, taskAccuracy } from '../../training/metrics/taskAccuracy.ts'
import type { JobContext } from '../jobRunner.ts'
import { runPredictor } from '../predictorHost.ts'
import { frozenFolder } from '../runPredictions.ts'
import { findRun } from '../runSummaries.ts'
import { requireControlledRun, type ControlledRun } from './controlledRuns.ts'
import { writeSweep } from './sweepFile.ts'

const sweepScript = fileURLToPath(new URL('../../training/controllable/sweepProcess.ts', import.meta.url))
const workFolder = 'sweep'

/**
 * Measures what a run's network is worth and costs over a grid of preferences and budgets, on the validation split: the report is
 * kept in the run's folder. What was measured until a cancel or a crash is not measured again.
 * @throws MendError `unknown-run`, `run-busy`, `not-controllable`, `nobody-to-evaluate`; JobCancelled
 */
export async function sweepRun(project: Project, id: number, context: JobContext): Promise<SweepResult> {
  const { status } = findRun(project, id)
  if (status === 'queued' || status === 'running' || status === 'paused') {
    throw new MendError('run-busy', `run ${id} is being trained`, 'wait for it')
  }
  const run = await requireControlledRun(project, id)
  const folder = prepareFolder(run)
  const trainingSet = join(run.folder, frozenFolder)
  const { people, kinds } = validation(trainingSet, run.controller.tasks)
  if (people === 0) {
    const hint = 'train with a share of people kept for validation (--validation 0.1)'
    throw new MendError('nobody-to-evaluate', `run ${id} has no people to validate on`, hint)
  }
  writeFileSync(join(folder, 'sweep.json'), JSON.stringify({ runFolder: run.folder, trainingSet }))
  const options = { script: sweepScript, afterCancel: 'measure again: it goes on with what is left' }
  const { engine, seconds } = await runPredictor(folder, context, options)
  const pairs = sweepPairs(run.controller)
  const points = sweptPoints(pairs, readMeasured(folder), kinds)
  const facts = { at: new Date().toISOString(), engine, batch: run.configuration.batch, people, seconds }
  const report = sweepReportOf(run, points, kinds, facts)
  writeSweep(run, report)
  rmSync(folder, { recursive: true, force: true })
  return { run: id, ...report }
}

/** How many people there are to validate on, and of what kind the tasks are. */
function validation(
  trainingSet: string,
  tasks: readonly string[],
): { people: number; kinds: Record<string, TaskKind> } {
  const snapshot = openSnapshot(trainingSet)
  try {
    const kinds = snapshot.manifest.tasks.map(({ name, schema }) => [name, schema.kind] as const)
    return { people: labelledPeople(snapshot, 'val', tasks).length, kinds: Object.fromEntries(kinds) }
  } finally {
    snapshot.close()
  }
}

/** Where an attempt left its measurements of these weights, else anew. */
function prepareFolder(run: ControlledRun): string {
  const folder = join(run.folder, workFolder)
  const stampFile = join(folder, 'stamp')
  if (stampOf(stampFile) !== run.stamp) rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(stampFile, run.stamp)
  return folder
}

function stampOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

/** Points of a sweep with what was measured of each one's configuration. */
function sweptPoints(
  pairs: readonly SweptPair[],
  measured: ReadonlyMap<string, Measured>,
  kinds: Readonly<Record<string, TaskKind>>,
): SweepPoint[] {
  return pairs.map(({ preferences, budget, choice: { configuration, macs, parameters, ...choice } }) => {
    const found = measured.get(configurationKey({ ...choice, configuration }))
    if (found === undefined) throw new Error(`a configuration of ${macs} multiply-adds was not measured`)
    const tasks = Object.keys(preferences)
    const metrics = Object.fromEntries(tasks.map((task) => [task, figureOf(kinds[task], found.metrics[task] ?? {})]))
    const { milliseconds } = found
    return { preferences, budget, configuration: { ...configuration }, macs, milliseconds, parameters, metrics }
  })
}

function figureOf(kind: TaskKind, metrics: Readonly<Record<string, number>>): SweepPoint['metrics'][string] {
  const metric = tableMetric(kind, metrics)
  const better = kind === 'vector' ? 'lower' : 'higher'
  return { metric: metric ?? '', better, value: metric === null ? null : metrics[metric] }
}

function sweepReportOf(
  run: ControlledRun,
  points: SweepPoint[],
  kinds: Readonly<Record<string, TaskKind>>,
  facts: Pick<SweepReport, 'at' | 'engine' | 'batch' | 'people' | 'seconds'>,
): SweepReport {
  const { tasks, maximumMacs } = run.controller
  const controlled = points.map(({ preferences, budget, macs, metrics }) => {
    const accuracies = tasks.map((task) => {
      const { metric, value } = metrics[task]
      return [task, taskAccuracy(kinds[task], { [metric]: value })]
    })
    return { preferences, budget, macs, accuracies: Object.fromEntries(accuracies) as Record<string, number | null> }
  })
  const { spearman, ...found } = controllability(controlled, tasks, maximumMacs)
  const configurations = new Set(points.map(({ configuration }) => JSON.stringify(configuration))).size
  const correlations = { tasks: { ...spearman.tasks }, mean: spearman.mean }
  return { ...facts, points, configurations, ...found, spearman: correlations }
}
