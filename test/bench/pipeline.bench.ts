import path from 'node:path'
import { defineBenchmark, median } from './benchmark.ts'
import { noiseSnapshot, scratchFolder, trainInProcess } from './step/trainerRun.ts'

export default defineBenchmark({
  name: 'pipeline',
  summary: 'Share of the step time that the trainer waits for data: tiny, default size, every kind of dense label',
  run: async ({ args, log, useEngine }) => {
    const quick = args.includes('--quick')
    const { folder, remove } = scratchFolder()
    try {
      const snapshot = path.join(folder, 'snapshot')
      await noiseSnapshot(snapshot, quick ? 320 : 1280)
      const events = await trainInProcess(path.join(folder, 'run'), snapshot, { epochs: quick ? 2 : 4 })
      const epochs = events.flatMap(({ event }) => (event.event === 'epoch' ? [event] : []))
      for (const { event } of events) if (event.event === 'ready') useEngine(event.device)
      log(epochs.map(({ waitShare }) => `${(100 * waitShare).toFixed(2)}%`).join(', '))
      const value = 100 * median(epochs.map(({ waitShare }) => waitShare))
      const speed = median(epochs.map(({ imagesPerSecond }) => imagesPerSecond))
      return [
        { id: 'pipeline.wait', value, unit: '%', better: 'lower', must: 3, aim: 1 },
        { id: 'pipeline.speed', value: speed, unit: 'img/s', better: 'higher' },
      ]
    } finally {
      remove()
    }
  },
})
