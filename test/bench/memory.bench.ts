import path from 'node:path'
import { defineBenchmark, median } from './benchmark.ts'
import { noiseSnapshot, scratchFolder, trainInProcess } from './step/trainerRun.ts'

export default defineBenchmark({
  name: 'memory',
  summary: 'Tensors and resident memory of the trainer over 20 epochs of tiny',
  run: async ({ args, log, useEngine }) => {
    const { folder, remove } = scratchFolder()
    try {
      const snapshot = path.join(folder, 'snapshot')
      await noiseSnapshot(snapshot, args.includes('--quick') ? 64 : 320)
      const events = await trainInProcess(path.join(folder, 'run'), snapshot, { epochs: 20 })
      const epochs = events.flatMap(({ event }) => (event.event === 'epoch' ? [event] : []))
      for (const { event } of events) if (event.event === 'ready') useEngine(event.device)
      log(epochs.map(({ rssMb }) => Math.round(rssMb)).join(', '))
      const rss = epochs.map(({ rssMb }) => rssMb)
      const tensors = epochs.map((epoch) => epoch.tensors)
      // The first epochs fill caches and the heap.
      const growth = 100 * (median(rss.slice(-5)) / median(rss.slice(4, 9)) - 1)
      const moved = Math.max(...tensors.slice(1)) - Math.min(...tensors.slice(1))
      return [
        { id: 'memory.tensors.moved', value: moved, unit: 'tensors', better: 'lower', must: 0 },
        { id: 'memory.rss.growth', value: growth, unit: '% from epochs 5–9 to 16–20', better: 'lower', must: 5 },
        { id: 'memory.rss', value: median(rss), unit: 'MB', better: 'lower' },
      ]
    } finally {
      remove()
    }
  },
})
