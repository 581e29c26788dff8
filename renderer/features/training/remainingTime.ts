import type { JobProgress } from '../../../core/api/job.ts'
import type { RunDetail } from '../../../core/api/runs.ts'

/** Images a second as a progress line says it; null where it does not. */
export function speedOf(progress: JobProgress | null): number | null {
  const said = /^(\d+) images\/s$/.exec(progress?.detail ?? '')
  return said === null ? null : Number(said[1])
}

/** The epoch under way (1-based), from a progress line such as "epoch 3: trained"; null outside training. */
export function epochOf(progress: JobProgress | null): number | null {
  const said = /^epoch (\d+):/.exec(progress?.stage ?? '')
  return said === null ? null : Number(said[1])
}

/**
 * Share of a run's training that is done, 0 … 1, epochs and steps of the one under way; null before the first step.
 */
export function shareDone(detail: RunDetail, progress: JobProgress | null): number | null {
  const epoch = epochOf(progress)
  if (progress === null || epoch === null || progress.total === null) {
    return detail.summary.epoch > 0 ? detail.summary.epoch / detail.summary.epochs : null
  }
  return Math.min(1, (epoch - 1 + progress.done / progress.total) / detail.summary.epochs)
}

/** Seconds of training left, at the mean speed of the epochs so far (single steps are uneven); null while not known. */
export function remainingSeconds(detail: RunDetail, progress: JobProgress | null): number | null {
  const speed = detail.imagesPerSecond.at(-1) ?? speedOf(progress)
  const share = shareDone(detail, progress) ?? 0
  if (speed === null || speed <= 0 || detail.people === null) return null
  return ((1 - share) * detail.summary.epochs * detail.people.train) / speed
}
