import type { Project } from '../../store/project.ts'
import { taskAccuracy } from '../../training/metrics/taskAccuracy.ts'
import { lastMetrics } from '../runSummaries.ts'

/** Task → accuracy on the validation split after the last epoch; null for a run that is not done, or was taken away. */
export function lastAccuracies(project: Project, run: number): Record<string, number> | null {
  if (project.runs.get(run)?.status !== 'done') return null
  const kinds = new Map(project.tasks.all().map(({ name, schema }) => [name, schema.kind]))
  const accuracies: Record<string, number> = {}
  for (const [task, metrics] of Object.entries(lastMetrics(project, run))) {
    const kind = kinds.get(task)
    const accuracy = kind === undefined ? null : taskAccuracy(kind, metrics)
    if (accuracy !== null) accuracies[task] = accuracy
  }
  return accuracies
}
