import type { EpochEvent } from '../../../core/api/job.ts'
import type { RunDetail, TaskCourse } from '../../../core/api/runs.ts'

/** A copy of `values` with `value` at `place`, which may be just beyond the end. */
function placed<T>(values: readonly T[], place: number, inserted: boolean, value: T): T[] {
  return values.toSpliced(place, inserted ? 0 : 1, value)
}

function placedTask(task: TaskCourse, place: number, inserted: boolean, event: EpochEvent, length: number): TaskCourse {
  const values = event.metrics[task.task] ?? {}
  const names = new Set([...Object.keys(task.metrics), ...Object.keys(values)])
  const distribution = event.distributions?.[task.task]
  return {
    task: task.task,
    loss: placed(task.loss, place, inserted, event.losses[task.task] ?? null),
    metrics: Object.fromEntries(
      [...names].map((name) => {
        const course = task.metrics[name] ?? new Array<number | null>(length).fill(null)
        return [name, placed(course, place, inserted, values[name] ?? null)]
      }),
    ),
    parameters: placed(task.parameters, place, inserted, distribution?.s ? [...distribution.s] : null),
    losses: placed(task.losses, place, inserted, distribution?.loss ? [...distribution.loss] : null),
  }
}

/** Whether the detail says the same of the event's epoch already. */
function isKnown(detail: RunDetail, found: number, event: EpochEvent): boolean {
  if (found < 0 || detail.imagesPerSecond[found] !== event.imagesPerSecond) return false
  return detail.tasks.every(({ task, loss }) => loss[found] === (event.losses[task] ?? null))
}

/**
 * A run's detail with one more finished epoch, as its event tells it; the same detail where it says so already: a stream that
 * is opened in the middle of a run replays every epoch, and copying all courses for each would grow with the square of them.
 */
export function withEpoch(detail: RunDetail, event: EpochEvent): RunDetail {
  const { epochs } = detail
  const found = epochs.lastIndexOf(event.epoch)
  if (isKnown(detail, found, event)) return detail
  const inserted = found < 0
  const later = epochs.findIndex((epoch) => epoch > event.epoch)
  const place = found >= 0 ? found : later >= 0 ? later : epochs.length
  return {
    ...detail,
    summary: {
      ...detail.summary,
      epoch: Math.max(detail.summary.epoch, event.epoch),
      metrics: place >= epochs.length - (inserted ? 0 : 1) ? event.metrics : detail.summary.metrics,
    },
    epochs: placed(epochs, place, inserted, event.epoch),
    imagesPerSecond: placed(detail.imagesPerSecond, place, inserted, event.imagesPerSecond),
    rssMb: placed(detail.rssMb, place, inserted, event.rssMb),
    tasks: detail.tasks.map((task) => placedTask(task, place, inserted, event, epochs.length)),
  }
}
