import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { openSnapshot } from '../snapshot/read.ts'
import { chooseEngine } from './chooseSession.ts'
import type { RunRequest } from './configuration.ts'
import { defaultConfiguration } from './configuration.ts'
import { fittedConfiguration } from './fitBatch.ts'
import { emit, onCommand, runHosted } from './hostedProcess.ts'
import { labelledPeople } from './labelledPeople.ts'
import { TrainingRun } from './loop.ts'
import { explainMemory } from './outOfMemory.ts'
import type { LoopControl } from './loop.ts'

/** Commands arrive between steps, since a step blocks. */
function listen(): LoopControl {
  let [paused, stopped] = [false, false]
  let wake: (() => void) | null = null
  onCommand((command) => {
    if (command === 'stop') stopped = true
    else paused = command === 'pause'
    wake?.()
  })
  return {
    emit,
    async next(epoch) {
      await nextTurn()
      if (paused && !stopped) {
        emit({ event: 'paused', epoch })
        while (paused && !stopped) await new Promise<void>((resolve) => (wake = resolve))
        emit({ event: 'resumed', epoch })
      }
      return stopped ? 'stop' : 'go'
    },
  }
}

/** The trainer process: `node core/training/trainer.ts RUN_FOLDER`; see protocol.ts. */
async function main(folder: string): Promise<void> {
  const request = JSON.parse(readFileSync(join(folder, 'configuration.json'), 'utf8')) as RunRequest
  const { folder: snapshotFolder } = JSON.parse(readFileSync(join(folder, 'snapshot'), 'utf8')) as { folder: string }
  const snapshot = openSnapshot(snapshotFolder)
  const people = labelledPeople(snapshot, 'train', request.tasks).length
  const configuration = await fittedConfiguration(folder, request, people, emit)
  // By the usual batch: the one that was found must not change the choice of what it was found on.
  const engine = await chooseEngine(configuration.engine, { ...configuration, batch: defaultConfiguration.batch })
  try {
    const run = new TrainingRun(folder, snapshot, configuration, engine, listen())
    await run.run()
    run.dispose()
  } catch (error) {
    throw explainMemory(error, configuration)
  }
  snapshot.close()
}

await runHosted(main, 'the log of the run says more; resume the run to continue from its last checkpoint')
