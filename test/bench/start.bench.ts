import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { JobContext } from '../../core/jobs/jobRunner.ts'
import { frozenSet } from '../../core/jobs/frozenReuse.ts'
import { frozenFolder } from '../../core/jobs/runPredictions.ts'
import { chosenTasks } from '../../core/jobs/runPreparation.ts'
import { synthesizeProject } from '../../core/jobs/synthesizeProject.ts'
import { openProject } from '../../core/store/project.ts'
import { defaultConfiguration } from '../../core/training/configuration.ts'
import { defineBenchmark, median } from './benchmark.ts'
import { scratchFolder, trainInProcess } from './step/trainerRun.ts'

/** A job that nobody watches. */
const unwatched: JobContext = {
  signal: new AbortController().signal,
  progress: () => undefined,
  notice: () => undefined,
  setControls: () => undefined,
}

export default defineBenchmark({
  name: 'start',
  summary: 'From the click to the first training step, 3,000 crops of synthetic people (--quick: 300 crops)',
  run: async ({ args, log, useEngine }) => {
    const people = args.includes('--quick') ? 300 : 3000
    const { folder, remove } = scratchFolder()
    try {
      log(`drawing ${people} people`)
      const place = path.join(folder, 'start.mend')
      await synthesizeProject({ project: place, profile: 'full', people, seed: 1, height: 128, width: 64 }, unwatched)
      const project = openProject(place)
      const tasks = chosenTasks(project, undefined).map(({ name }) => name)
      const configuration = { ...defaultConfiguration, tasks }
      const found: { freeze: number; trainer: number }[] = []
      for (let run = 1; run <= 4; run++) {
        const started = performance.now()
        // The first run freezes its training set; the others, on the same labels, take it over.
        mkdirSync(project.runFolder(run), { recursive: true })
        await frozenSet(project, run, configuration, { validationShare: 0.1, margin: 0.15 }, unwatched)
        const freeze = performance.now() - started
        const snapshot = path.join(project.runFolder(run), frozenFolder)
        const events = await trainInProcess(
          path.join(folder, `run${run}`),
          snapshot,
          configuration,
          ({ event }) => event === 'step',
        )
        for (const { event } of events) if (event.event === 'ready') useEngine(event.device)
        const trainer = events.find(({ event }) => event.event === 'step')?.ms ?? Number.NaN
        log(`freeze ${freeze.toFixed(0)} ms, trainer to its first step ${trainer.toFixed(0)} ms`)
        found.push({ freeze, trainer })
      }
      project.close()
      const [cold, ...warm] = found
      const seconds = (values: readonly number[]): number => median(values) / 1000
      const id = `start.${people}`
      return [
        {
          id,
          value: seconds(warm.map(({ freeze, trainer }) => freeze + trainer)),
          unit: 's',
          better: 'lower',
          must: 8,
          aim: 3,
        },
        { id: `${id}.trainer`, value: seconds(warm.map(({ trainer }) => trainer)), unit: 's', better: 'lower' },
        { id: `${id}.cold`, value: (cold.freeze + cold.trainer) / 1000, unit: 's', better: 'lower' },
        { id: `${id}.cold.freeze`, value: cold.freeze / 1000, unit: 's', better: 'lower' },
      ]
    } finally {
      remove()
    }
  },
})
