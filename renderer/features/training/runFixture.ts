import type { RunDetail } from '../../../core/api/runs.ts'
import { trainingOptions } from '../../../core/api/training.ts'

/** A run that has only begun, for tests. */
export function emptyDetail(tasks: readonly string[], run = 1): RunDetail {
  const options = trainingOptions.parse({ tasks: [...tasks] })
  return {
    summary: {
      run,
      kind: 'train',
      state: 'running',
      startedAt: '2026-01-01T00:00:00.000Z',
      tasks: [...tasks],
      model: options.model,
      size: `${options.height}x${options.width}`,
      epochs: options.epochs,
      epoch: 0,
      parameters: options.parameters,
      engine: null,
      seed: options.seed,
      note: '',
      metrics: {},
    },
    options,
    engine: null,
    epochs: [],
    imagesPerSecond: [],
    rssMb: [],
    tasks: tasks.map((task) => ({ task, loss: [], metrics: {}, parameters: [], losses: [] })),
    people: null,
    checkpoint: null,
    bytes: 0,
    seconds: null,
    error: null,
    suspects: {},
    events: [],
    continuable: false,
  }
}
