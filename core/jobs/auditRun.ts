import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditResult, AuditTask, TrainingOptions } from '../api/training.ts'
import { meanRank } from '../ranking/combine.ts'
import { detection, type Detection } from '../ranking/detection.ts'
import { rankTasks, type RankedTask } from '../ranking/rankTasks.ts'
import type { Project } from '../store/project.ts'
import { readTaskHistories } from '../training/runFiles.ts'
import type { JobContext } from './jobRunner.ts'
import { noisePlans, plantIntoSnapshot, type PlantedTask } from './plantedNoise.ts'
import { isFlagged } from './rankRun.ts'
import { frozenFolder } from './runPredictions.ts'
import { chosenTasks, freezeRun } from './runPreparation.ts'
import { createRun, guardRun, trainPrepared } from './trainRun.ts'
import { figures, type TrainerDone } from './trainerSupervisor.ts'

export interface AuditOptions {
  readonly options: TrainingOptions
  /** Share of the training labels of each task that is corrupted. */
  readonly noise: number
  /** Kinds of noise by task name or task kind; missing: the paper's. */
  readonly kinds: readonly { readonly task: string; readonly kind: string }[]
}

interface SignalResult {
  readonly auroc: number | null
  readonly averagePrecision: number | null
  /** Percent. */
  readonly detection: number | null
}

function rounded(value: number, digits: number): number | null {
  return Number.isFinite(value) ? Number(value.toFixed(digits)) : null
}

function signalResult({ accuracy, auroc, averagePrecision }: Detection): SignalResult {
  return {
    auroc: rounded(auroc, 5),
    averagePrecision: rounded(averagePrecision, 5),
    detection: rounded(100 * accuracy, 3),
  }
}

/**
 * How much of what was planted the ranking finds: for each signal that the run has, and for their combination.
 * `ilt` is the final parameter s, null where the run learnt none.
 */
function auditTask(ranked: RankedTask, planted: PlantedTask, metrics: Readonly<Record<string, number>>): AuditTask {
  const { signals, cut, ranking } = ranked
  const { labels } = signals.history
  const wrong = new Set(planted.labels)
  const isWrong = Array.from(labels, (label) => wrong.has(label))
  const bySignal: Record<string, SignalResult> = {
    combined: signalResult(detection(ranking.score, isWrong)),
    meanRank: signalResult(detection(meanRank(signals), isWrong)),
  }
  for (const [name, values] of Object.entries(signals.values)) {
    if (values.some((value) => Number.isFinite(value))) bySignal[name] = signalResult(detection(values, isWrong))
  }
  const flagged = Array.from(isWrong.keys()).filter((at) => isFlagged(ranked, at))
  const found = (name: string): number | null => bySignal[name]?.detection ?? null
  return {
    kind: planted.kind,
    planted: planted.labels.length,
    noise: planted.share,
    detection: {
      ilt: found('s'),
      meanLoss: found('meanLoss'),
      lastLoss: found('lastLoss'),
      combined: found('combined'),
    },
    auroc: bySignal['combined'].auroc,
    averagePrecision: bySignal['combined'].averagePrecision,
    estimatedNoise: cut.verdict === 'corruption' ? rounded(cut.estimatedNoise, 4) : null,
    flagged: flagged.length,
    falseFlags: flagged.filter((at) => !isWrong[at]).length,
    signals: bySignal,
    metrics: figures(metrics),
  }
}

function evaluate(
  project: Project,
  run: number,
  options: TrainingOptions,
  planted: readonly PlantedTask[],
  done: TrainerDone,
): AuditResult {
  const ranked = rankTasks(readTaskHistories(project.runFolder(run)), { warmupEpochs: options.warmupEpochs })
  const tasks: Record<string, AuditTask> = {}
  for (const task of planted) {
    const ranking = ranked.find((candidate) => candidate.signals.history.task === task.task)
    if (ranking !== undefined) tasks[task.task] = auditTask(ranking, task, done.metrics[task.task] ?? {})
  }
  return {
    run,
    engine: done.engine,
    model: options.model,
    size: `${options.height}x${options.width}`,
    epochs: done.epoch,
    people: new Set(ranked.flatMap(({ signals }) => Array.from(signals.history.people))).size,
    seconds: done.seconds,
    imagesPerSecond: figures({ value: done.imagesPerSecond })['value'] ?? 0,
    tasks,
  }
}

/**
 * Plants known errors in a training snapshot of its own, trains on it and measures how many of them the ranking finds.
 * The project's labels stay as they are, validation labels stay clean, and no suspects are stored. What was planted lies
 * in the run's folder as `planted.json`.
 * @throws MendError `unknown-task`, `no-noise-kind`, `noise-kind-unknown`, `noise-not-applicable`, the trainer's own;
 * JobCancelled
 */
export async function auditRun(project: Project, audit: AuditOptions, context: JobContext): Promise<AuditResult> {
  const { options } = audit
  const plans = noisePlans(chosenTasks(project, options.tasks), audit.kinds, audit.noise)
  const chosen = createRun(project, 'audit', options, context)
  const runFolder = project.runFolder(chosen.run)
  return guardRun(project, chosen.run, 'an interrupted audit is started again', context, async () => {
    const frozen = join(runFolder, frozenFolder)
    if (existsSync(frozen)) rmSync(frozen, { recursive: true })
    const manifest = await freezeRun(project, chosen.run, chosen.configuration, chosen.freeze, context)
    const planted = plantIntoSnapshot(frozen, plans, options.seed)
    writeFileSync(join(runFolder, 'planted.json'), `${JSON.stringify(planted)}\n`)
    project.transaction((writer) => writer.runs.update(chosen.run, { snapshot: manifest.id }))
    const done = await trainPrepared(project, chosen, 'an interrupted audit is started again', context)
    const result = evaluate(project, chosen.run, options, planted, done)
    const { seconds, imagesPerSecond } = result
    project.transaction((writer) =>
      writer.runs.update(chosen.run, { status: 'done', epoch: done.epoch, seconds, imagesPerSecond, result }),
    )
    return result
  })
}
