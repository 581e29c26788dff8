import { MendError } from '../dataset/mendError.ts'
import type { TaskSchema } from '../dataset/task.ts'
import { percentiles } from '../ranking/order.ts'
import { computeSignals, type TaskSignals } from '../ranking/signals.ts'
import { labelTrajectory, medianTrajectory } from '../ranking/trajectory.ts'
import type { LabelRows } from '../snapshot/layout.ts'
import type { Project } from '../store/project.ts'
import type { Suspect } from '../store/suspects.ts'
import type { PredictionRow } from './predictionValue.ts'
import { openRunPredictions, type RunPredictions } from './runPredictions.ts'
import { runConfiguration } from './runSummaries.ts'

/** One suspect with everything that there is to see of it; rows are in crop coordinates. */
export interface SuspectDetail {
  readonly suspect: Suspect
  readonly schema: TaskSchema
  /** Signal → its value and the share (0 … 1) of the task's labels below it. */
  readonly signals: Readonly<Record<string, { readonly value: number; readonly percentile: number }>>
  /** s of the label after each epoch, and the median over the task's labels. */
  readonly trajectory: { readonly s: readonly number[]; readonly median: readonly number[] }
  readonly crop: { readonly width: number; readonly height: number; readonly rgb: Uint8Array }
  /** Row-major 2×3, from image pixels to crop pixels. */
  readonly affine: readonly [number, number, number, number, number, number]
  /** Row of the frozen training set. */
  readonly given: LabelRows
  readonly predicted: PredictionRow
  /** Number of the component that stands out; −1 none. */
  readonly worstComponent: number
}

interface TaskContext {
  readonly signals: TaskSignals
  readonly schema: TaskSchema
  readonly index: ReadonlyMap<number, number>
  readonly percentiles: ReadonlyMap<string, Float64Array>
  readonly median: readonly number[]
}

function taskContext(signals: TaskSignals, run: RunPredictions): TaskContext {
  const { history, values } = signals
  const schema = run.snapshot.manifest.tasks.find((task) => task.name === history.task)?.schema
  if (schema === undefined) {
    throw new MendError('snapshot-corrupt', `the run's training set lacks task ${history.task}`, 'train again')
  }
  return {
    signals,
    schema,
    index: new Map(Array.from(history.labels, (label, at) => [label, at])),
    percentiles: new Map(Object.entries(values).map(([name, all]) => [name, percentiles(all)])),
    median: medianTrajectory(history),
  }
}

function detailOf(suspect: Suspect, task: TaskContext, run: RunPredictions): SuspectDetail | null {
  const at = task.index.get(suspect.label)
  const predicted = run.ofLabel(suspect.task, suspect.label)
  if (at === undefined || predicted === undefined) return null
  const { height, width } = run.snapshot.manifest
  const [a, b, c, d, e, f] = Array.from(predicted.frame.affine)
  const rgb = new Uint8Array(height * width * 3)
  run.snapshot.readImages([predicted.person], rgb)
  const layout = run.snapshot.layout(suspect.task)
  const given = layout.allocate(layout.length)
  run.snapshot.readRows(suspect.task, [predicted.person], given)
  const signals: Record<string, { value: number; percentile: number }> = {}
  for (const [name, shares] of task.percentiles) {
    const value = suspect.signals[name]
    if (value !== null && value !== undefined) signals[name] = { value, percentile: shares[at] }
  }
  return {
    suspect,
    schema: task.schema,
    signals,
    trajectory: { s: labelTrajectory(task.signals.history, at), median: task.median },
    crop: { width, height, rgb },
    affine: [a, b, c, d, e, f],
    given,
    predicted: predicted.row,
    worstComponent: task.signals.worstComponent[at],
  }
}

/**
 * The given suspects of one run with crop, given label and prediction, in their order, one at a time. Labels that the
 * run has no records of are passed over.
 * @throws MendError `predictions-missing`
 */
export function* suspectDetails(project: Project, run: number, suspects: readonly Suspect[]): Generator<SuspectDetail> {
  const predictions = openRunPredictions(project, run)
  try {
    const configuration = runConfiguration.parse(project.runs.get(run)?.configuration)
    const all = computeSignals(predictions.histories, { warmupEpochs: configuration.warmupEpochs })
    const wanted = new Set(suspects.map((suspect) => suspect.task))
    const contexts = new Map(
      all
        .filter((signals) => wanted.has(signals.history.task))
        .map((signals) => [signals.history.task, taskContext(signals, predictions)]),
    )
    for (const suspect of suspects) {
      const context = contexts.get(suspect.task)
      const detail = context === undefined ? null : detailOf(suspect, context, predictions)
      if (detail !== null) yield detail
    }
  } finally {
    predictions.close()
  }
}
