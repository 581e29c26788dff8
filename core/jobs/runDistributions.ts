import type { Project } from '../store/project.ts'
import type { RunDistribution } from '../store/runHistory.ts'
import { quantilesOf } from '../training/distribution.ts'
import { decodeEpochLabels } from './runLabelBlob.ts'

/**
 * Quantiles by `task/quantity/epoch`. Runs of versions that did not write them down have them worked out once from the
 * labels that were recorded, and kept.
 */
export function courseOfDistributions(
  project: Project,
  run: number,
  tasks: readonly string[],
): ReadonlyMap<string, readonly number[]> {
  const stored = project.history.distributions(run)
  const known = new Set(stored.map(({ task }) => task))
  const made = tasks.filter((task) => !known.has(task)).flatMap((task) => fromRecordedLabels(project, run, task))
  if (made.length > 0) {
    project.transaction((writer) => {
      for (const distribution of made) writer.history.setDistribution(run, distribution)
    })
  }
  return new Map(
    [...stored, ...made].map(({ task, quantity, epoch, quantiles }) => [`${task}/${quantity}/${epoch}`, quantiles]),
  )
}

function fromRecordedLabels(project: Project, run: number, task: string): RunDistribution[] {
  return project.runs
    .labelEpochs(run, task)
    .filter((epoch) => epoch > 0)
    .flatMap((epoch) => {
      const bytes = project.runs.labels(run, task, epoch)
      if (bytes === undefined) return []
      const labels = decodeEpochLabels(bytes)
      return (['s', 'loss'] as const).flatMap((quantity) => {
        const quantiles = quantilesOf(labels[quantity])
        return quantiles === null ? [] : [{ task, epoch, quantity, quantiles }]
      })
    })
}
