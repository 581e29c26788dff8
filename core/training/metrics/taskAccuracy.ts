import type { TaskKind } from '../../dataset/task.ts'

interface Accuracy {
  /** Metrics that it may be worked out from, the first that was measured. */
  readonly metrics: readonly string[]
  /** Missing: the metric is an accuracy already. */
  readonly transform?: (value: number) => number
}

/**
 * The accuracy that stands for a task, by its kind. A vector has none of its own: 1/(1 + RMSE), in its own units, which is 1 for
 * no error, ½ for an error of one unit, and keeps the order.
 */
const accuracies: Readonly<Record<TaskKind, Accuracy>> = {
  attributes: { metrics: ['meanAccuracy'] },
  identity: { metrics: ['meanAveragePrecision'] },
  // Half a torso is so far that the mean pose comes near to most joints: on small people it falls while everything else improves.
  keypoints: { metrics: ['pckHead', 'pckTorso'] },
  parts: { metrics: ['meanIou'] },
  depth: { metrics: ['delta125'] },
  vector: { metrics: ['rmse'], transform: (rmse) => 1 / (1 + rmse) },
  normals: { metrics: ['within30'] },
}

/**
 * How good a network is at a task, 0 … 1, higher is better (methods.md 2 and 3: relations, potentials and achievement are ratios of
 * accuracies): attributes mA, identity mAP, keypoints PCK, parts mIoU, depth δ < 1.25, vectors 1/(1 + RMSE), normals the share
 * below 30°. @returns null where none of the task's metrics was measured.
 */
export function taskAccuracy(
  kind: TaskKind,
  metrics: Readonly<Record<string, number | null | undefined>>,
): number | null {
  const { metrics: names, transform } = accuracies[kind]
  for (const name of names) {
    const value = metrics[name]
    if (typeof value === 'number' && Number.isFinite(value)) return transform === undefined ? value : transform(value)
  }
  return null
}

/** The metric of the papers' tables for a task kind: the one that `taskAccuracy` goes by; lower is better for vectors alone. */
export function tableMetric(
  kind: TaskKind,
  metrics: Readonly<Record<string, number | null | undefined>>,
): string | null {
  return accuracies[kind].metrics.find((name) => typeof metrics[name] === 'number') ?? null
}
