import type { TrainResult } from '../api/training.ts'
import { rankTasks, type RankedTask } from '../ranking/rankTasks.ts'
import { summariseTask } from '../ranking/summary.ts'
import { signalNames } from '../ranking/signalFields.ts'
import type { Project } from '../store/project.ts'
import type { NewSuspect } from '../store/suspects.ts'
import { writeSummary } from '../store/suspectSummaries.ts'
import type { RunRequest } from '../training/configuration.ts'
import { readTaskHistories } from '../training/runFiles.ts'
import { encodeEpochLabels, encodeLabelIds } from './runLabelBlob.ts'

/** Is label `at` of the task beyond the cut? */
export function isFlagged({ signals, cut }: RankedTask, at: number): boolean {
  return cut.verdict === 'corruption' && signals.values[cut.signal][at] >= cut.threshold
}

/** Suspects by label, as their table lies; labels that training never saw have none. */
function suspectsOf(task: RankedTask): NewSuspect[] {
  const { history, values } = task.signals
  const { score, rank, spoke, worstComponent, why } = task.ranking
  const cutValues = values[task.cut.signal]
  const seen = Array.from(score.keys()).filter((at) => Number.isFinite(score[at]))
  return seen
    .sort((a, b) => history.labels[a] - history.labels[b])
    .map((at) => ({
      label: history.labels[at],
      rank: rank[at],
      score: score[at],
      flagged: isFlagged(task, at),
      signals: Object.fromEntries(
        signalNames.map((name) => [name, Number.isFinite(values[name][at]) ? values[name][at] : null]),
      ),
      why: why(at),
      component: worstComponent[at] >= 0 ? history.components[worstComponent[at]] : null,
      family: spoke[at],
      cutValue: Number.isFinite(cutValues[at]) ? cutValues[at] : null,
    }))
}

/**
 * Ranks every label that a run was trained on and keeps the ranking and the labels' course over the epochs in the
 * project, in one transaction. @returns for each task what stands out.
 */
export function rankRun(project: Project, run: number, configuration: RunRequest): TrainResult['suspects'] {
  const histories = readTaskHistories(project.runFolder(run))
  const ranked = rankTasks(histories, { warmupEpochs: configuration.warmupEpochs })
  project.transaction((writer) => {
    for (const task of ranked) {
      const { history } = task.signals
      writer.suspects.replace(run, history.task, suspectsOf(task))
      const id = writer.tasks.find(history.task)?.id
      if (id !== undefined) writeSummary(writer.connection, run, id, summariseTask(task, configuration.warmupEpochs))
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
