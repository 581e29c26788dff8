import type { Ghosts } from '../../api/editing.ts'
import type { LabelValue } from '../../dataset/label.ts'
import { MendError } from '../../dataset/mendError.ts'
import { acceptComponents } from '../../jobs/acceptedPrediction.ts'
import { predictedValue } from '../../jobs/decide.ts'
import { keptRunPredictions, type RunPredictions } from '../../jobs/runPredictions.ts'
import type { Label } from '../../store/labels.ts'
import type { Project } from '../../store/project.ts'
import type { Task } from '../../store/tasks.ts'
import { drawnValueOf } from '../drawnLabels.ts'

/** Runs that are asked for a label's prediction, the newest first. */
const mostRuns = 5

interface FoundRun {
  readonly run: number
  readonly files: RunPredictions
}

/** Finished training runs whose files are here, the newest first. */
function predictingRuns(project: Project, wanted: number | undefined): FoundRun[] {
  const rows = project.connection.all<{ id: number }>(
    `SELECT id FROM run WHERE kind = 'train' AND removed_at IS NULL AND CASE WHEN ? IS NULL THEN status = 'done' ELSE id = ? END
     ORDER BY id DESC LIMIT ?`,
    wanted ?? null,
    wanted ?? null,
    mostRuns,
  )
  return rows.flatMap(({ id: run }): FoundRun[] => {
    const files = unlessMissing(() => keptRunPredictions(project, run))
    return files === null ? [] : [{ run, files }]
  })
}

/** null: the run's files are not, or no longer, there. */
function unlessMissing<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof MendError || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      return null
    throw error
  }
}

function predictionOf(
  project: Project,
  label: Label,
  runs: readonly FoundRun[],
): { run: number; value: LabelValue } | null {
  for (const { run, files } of runs) {
    const value = unlessMissing(() => predictedValue(project, label, files))
    if (value !== null) return { run, value }
  }
  return null
}

/** What the newest run that was trained on a label predicts of it; labels that none was trained on are left out. */
export function ghostsOf(
  project: Project,
  people: readonly number[],
  options: { readonly tasks?: readonly string[]; readonly run?: number; readonly side?: number },
): Ghosts {
  const runs = predictingRuns(project, options.run)
  if (runs.length === 0) return []
  return people.flatMap((person) =>
    project.labels.currentOf(person, options.tasks).flatMap((label) => {
      const found = predictionOf(project, label, runs)
      if (found === null) return []
      return [
        { person, task: label.task, label: label.id, run: found.run, value: drawnValueOf(found.value, options.side) },
      ]
    }),
  )
}

/**
 * The label with the prediction in its place, or with some of its components predicted.
 * @throws MendError `no-prediction`, `component-unknown`
 */
export function acceptedPrediction(
  subject: { readonly project: Project; readonly task: Task; readonly label: Label | null },
  run: number | undefined,
  components: readonly string[] | undefined,
): LabelValue {
  const { project, task, label } = subject
  const found = label === null ? null : predictionOf(project, label, predictingRuns(project, run))
  if (label === null || label.value === null || found === null) {
    throw new MendError(
      'no-prediction',
      `no finished run predicted this label of ${task.name}`,
      'Train with it first: a run predicts the labels that it was trained on.',
    )
  }
  return components === undefined ? found.value : acceptComponents(task.schema, label.value, found.value, components)
}
