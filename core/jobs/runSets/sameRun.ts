import type { Project } from '../../store/project.ts'
import { runsOnSnapshot } from '../../store/runSets.ts'
import type { Run, RunKind } from '../../store/runs.ts'
import type { RunRequest } from '../../training/configuration.ts'
import { trainsEveryWidth } from '../../training/networkChoices.ts'
import { runConfiguration } from '../runSummaries.ts'

/** Everything of a configuration that its results depend on, as text that is equal for equal configurations. */
export function configurationKey(configuration: RunRequest): string {
  const { checkpointEvery: _, distillation, ...others } = configuration
  // It changes nothing where narrow encoders are not trained beside the widest.
  return JSON.stringify(sorted(trainsEveryWidth(configuration) ? { ...others, distillation } : others))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, field]) => [name, sorted(field)]))
}

/**
 * A run of the project with this training set and configuration that is done; it need not be trained again. Runs of an earlier
 * version count with what their choices meant.
 */
export function findSameRun(
  project: Project,
  snapshot: string,
  configuration: RunRequest,
  kind: RunKind,
): Run | undefined {
  const key = configurationKey(configuration)
  return runsOnSnapshot(project.connection, snapshot)
    .flatMap((id) => project.runs.get(id) ?? [])
    .find((run) => {
      if (run.status !== 'done' || run.kind !== kind) return false
      const parsed = runConfiguration.safeParse(run.configuration)
      return parsed.success && configurationKey(parsed.data) === key
    })
}
