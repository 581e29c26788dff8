import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { MendError } from '../dataset/mendError.ts'
import { openSnapshot } from '../snapshot/read.ts'
import { chooseEngine } from './chooseSession.ts'
import type { NetworkWish } from './controllable/preferences.ts'
import { emit, onCommand, runHosted } from './hostedProcess.ts'
import { explainMemory } from './outOfMemory.ts'
import { createPredictionWriter } from './runFiles.ts'
import { readConfiguration } from './trainedConfiguration.ts'
import { TrainedNetwork } from './trainedNetwork.ts'

/** What a prediction's folder says in `prediction.json`: whose network, and the frozen people. */
export interface PredictionRequest {
  readonly runFolder: string
  /** The run's own frozen set. */
  readonly trainingSet: string
  /** The frozen people to predict. */
  readonly people: string
  /** Tasks of the run whose rows are wanted. */
  readonly tasks: readonly string[]
  /** Of a controllable network; missing: all of it. */
  readonly wish?: NetworkWish
}

const progressMs = 500

/**
 * The predictor process: `node core/training/predictor.ts FOLDER`. It speaks protocol.ts (of the commands `stop` alone) and writes
 * FOLDER/predictions, a file for each wanted task, whose row i is of person i of the frozen people.
 */
async function main(folder: string): Promise<void> {
  const request = JSON.parse(readFileSync(join(folder, 'prediction.json'), 'utf8')) as PredictionRequest
  let stopped = false
  onCommand((command) => (stopped ||= command === 'stop'))
  const configuration = readConfiguration(request.runFolder)
  const engine = await chooseEngine(configuration.engine, configuration)
  const [trainingSet, people] = [openSnapshot(request.trainingSet), openSnapshot(request.people)]
  try {
    const network = new TrainedNetwork(request.runFolder, trainingSet, configuration)
    const wanted = network.learners.filter(({ name }) => request.tasks.includes(name))
    const writers = wanted.map(({ name, index }) => createPredictionWriter(folder, index, name))
    const { name, reason, device } = engine
    const { batch } = configuration
    const { wish } = request
    emit({ event: 'ready', engine: name, reason, device, epoch: 0, batch, parameters: 0, macs: 0 })
    const started = performance.now()
    let [done, told, first] = [0, -Infinity, { at: started, people: 0 }]
    const choice = wish && network.choose(wish)
    const use = async (part: Int32Array, rows: readonly (Float32Array | Uint8Array)[]): Promise<void> => {
      await nextTurn()
      if (stopped) throw new MendError('prediction-stopped', 'the prediction was stopped', 'start it again')
      wanted.forEach(({ index }, at) => writers[at].append(rows[index]))
      done += part.length
      if (first.people === 0) first = { at: performance.now(), people: done }
      if (performance.now() - told < progressMs && done < people.people) return
      told = performance.now()
      emit({ event: 'predicted', people: done, of: people.people })
    }
    await network.predict(people, use, choice && { choice })
    writers.forEach((writer) => writer.finish(people.people))
    network.dispose()
    const seconds = (performance.now() - started) / 1000
    // The first batch waits for its thread and for the engine to load the program: it says nothing of the speed.
    const others = people.people - first.people
    const imagesPerSecond =
      others > 0 ? others / ((performance.now() - first.at) / 1000) : people.people / Math.max(seconds, 1e-3)
    emit({ event: 'done', stopped: false, epoch: 0, engine: device, seconds, imagesPerSecond, metrics: {} })
  } catch (error) {
    throw explainMemory(error, configuration)
  } finally {
    trainingSet.close()
    people.close()
  }
}

await runHosted(main, 'predict again; the log beside the predictions says more')
