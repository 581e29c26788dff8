import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { MendError } from '../dataset/mendError.ts'
import { splits } from '../dataset/label.ts'
import { openSnapshot } from '../snapshot/read.ts'
import type { Snapshot } from '../snapshot/read.ts'
import { chooseEngine } from './chooseSession.ts'
import type { RunConfiguration, RunRequest } from './configuration.ts'
import { defaultConfiguration } from './configuration.ts'
import { fittedConfiguration } from './fitBatch.ts'
import { TrainingRun } from './loop.ts'
import { explainMemory } from './outOfMemory.ts'
import type { LoopControl } from './loop.ts'
import type { TrainerCommand, TrainerEvent } from './protocol.ts'

/** The trainer process: `node core/training/trainer.ts RUN_FOLDER`; see protocol.ts. */
function emit(event: TrainerEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

/** Commands arrive between steps, since a step blocks; a closed standard input means that the host has gone. */
function listen(): LoopControl {
  let [paused, stopped] = [false, false]
  let wake: (() => void) | null = null
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => {
    const { command } = JSON.parse(line) as TrainerCommand
    if (command === 'stop') stopped = true
    else paused = command === 'pause'
    wake?.()
  })
  lines.on('close', () => {
    stopped = true
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

async function main(folder: string): Promise<void> {
  const request = JSON.parse(readFileSync(join(folder, 'configuration.json'), 'utf8')) as RunRequest
  const { folder: snapshotFolder } = JSON.parse(readFileSync(join(folder, 'snapshot'), 'utf8')) as { folder: string }
  const snapshot = openSnapshot(snapshotFolder)
  const configuration = await fittedConfiguration(folder, request, trainingPeople(snapshot, request.tasks), emit)
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

/** People of the training split with a label of one of the tasks. */
function trainingPeople(snapshot: Snapshot, tasks: RunConfiguration['tasks']): number {
  const columns = tasks.map((task) => snapshot.presence(task))
  const training = splits.indexOf('train')
  return snapshot.splits.reduce(
    (sum, split, person) => sum + Number(split === training && columns.some((column) => column[person] === 1)),
    0,
  )
}

const folder = process.argv[2]
try {
  if (!folder) throw new MendError('usage', 'no run folder is named', 'node core/training/trainer.ts RUN_FOLDER')
  await main(folder)
  process.stdin.destroy()
} catch (error) {
  const known = error instanceof MendError
  if (!known) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  emit({
    event: 'failed',
    code: known ? error.code : 'trainer-crashed',
    message: error instanceof Error ? error.message : String(error),
    hint: known ? error.hint : 'the log of the run says more; resume the run to continue from its last checkpoint',
  })
  process.exitCode = 1
  process.stdin.destroy()
}
