import type { TrainResult } from '../api/training.ts'
import { cutTask, type Cut } from '../ranking/cut.ts'
import type { TaskHistory } from '../ranking/history.ts'
import { averageRanks } from '../ranking/order.ts'
import { signalNames } from '../ranking/signalFields.ts'
import { computeSignals, type TaskSignals } from '../ranking/signals.ts'
import type { Project } from '../store/project.ts'
import type { NewSuspect } from '../store/suspects.ts'
import type { RunConfiguration } from '../training/configuration.ts'
import { readTaskHistories } from '../training/runFiles.ts'
import { encodeEpochLabels, encodeLabelIds } from './runLabelBlob.ts'

/** One task's labels, ranked. */
export interface RankedTask {
  readonly signals: TaskSignals
  readonly cut: Cut
  /** [n] larger is more suspect. */
  readonly scores: Float64Array
}

/** Signals, combination and cut of every task that a run recorded. */
export function rankHistories(histories: readonly TaskHistory[], warmupEpochs: number): RankedTask[] {
  return computeSignals(histories, { warmupEpochs }).map((signals) => {
    const n = signals.history.labels.length
    const scores = new Float64Array(n)
    const present = signalNames.filter((name) => signals.values[name].some((v) => v === v))
    for (const name of present)
      averageRanks(signals.values[name]).forEach((rank, i) => (scores[i] += rank / n / present.length))
    return { signals, cut: cutTask(signals), scores }
  })
}

function suspectsOf({ signals, cut, scores }: RankedTask): NewSuspect[] {
  const { history, values, worstComponent } = signals
  const order = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b)
  return order.map((at, position) => ({
    label: history.labels[at],
    rank: position + 1,
    score: scores[at],
    flagged: cut.verdict === 'corruption' && values[cut.signal][at] >= cut.threshold,
    signals: Object.fromEntries(
      signalNames.map((name) => [name, Number.isFinite(values[name][at]) ? values[name][at] : null]),
    ),
    why: '',
    component: worstComponent[at] >= 0 ? history.components[worstComponent[at]] : null,
  }))
}

/**
 * Ranks every label that a run was trained on and keeps the ranking and the labels' course over the epochs in the
 * project, in one transaction. @returns for each task what stands out.
 */
export function rankRun(project: Project, run: number, configuration: RunConfiguration): TrainResult['suspects'] {
  const histories = readTaskHistories(project.runFolder(run))
  const ranked = rankHistories(histories, configuration.warmupEpochs)
  project.transaction((writer) => {
    for (const task of ranked) {
      const { history } = task.signals
      writer.suspects.replace(run, history.task, suspectsOf(task))
      writer.runs.setLabels(run, history.task, 0, encodeLabelIds(history.labels))
      for (const record of history.epochs) {
        writer.runs.setLabels(run, history.task, record.epoch, encodeEpochLabels(record))
      }
    }
  })
  return Object.fromEntries(
    ranked.map(({ signals, cut }) => [
      signals.history.task,
      {
        ranked: signals.history.labels.length,
        flagged: cut.flagged,
        estimatedNoise: cut.verdict === 'corruption' ? cut.estimatedNoise : null,
      },
    ]),
  )
}
