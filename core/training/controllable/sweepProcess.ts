import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { MendError } from '../../dataset/mendError.ts'
import { openSnapshot } from '../../snapshot/read.ts'
import { chooseEngine } from '../chooseSession.ts'
import { emit, onCommand, runHosted } from '../hostedProcess.ts'
import { labelledPeople } from '../labelledPeople.ts'
import { explainMemory } from '../outOfMemory.ts'
import { TrainedNetwork } from '../trainedNetwork.ts'
import { openController } from './openController.ts'
import { appendMeasured, configurationKey, differentChoices, readMeasured, sweepPairs } from './sweep.ts'
import type { SweepRequest } from './sweep.ts'

/**
 * The sweep's process: `node core/training/controllable/sweepProcess.ts FOLDER`. It speaks protocol.ts (of the commands `stop` alone)
 * and writes what each configuration is worth on the validation split, and how long it takes, into FOLDER/measured.jsonl; what is
 * there from an earlier attempt on the same engine is not measured again.
 */
async function main(folder: string): Promise<void> {
  const request = JSON.parse(readFileSync(join(folder, 'sweep.json'), 'utf8')) as SweepRequest
  let stopped = false
  onCommand((command) => (stopped ||= command === 'stop'))
  const trainingSet = openSnapshot(request.trainingSet)
  const { configuration, controller } = openController(request.runFolder, trainingSet)
  const { name, reason, device } = await chooseEngine(configuration.engine, configuration)
  const { batch, tasks } = configuration
  emit({ event: 'ready', engine: name, reason, device, epoch: 0, batch, parameters: 0, macs: 0 })
  const started = performance.now()
  const people = labelledPeople(trainingSet, 'val', tasks)
  const choices = differentChoices(sweepPairs(controller))
  const known = readMeasured(folder)
  const missing = choices.filter((choice) => known.get(configurationKey(choice))?.engine !== device)
  let network: TrainedNetwork | null = null
  try {
    for (const [at, choice] of missing.entries()) {
      network ??= new TrainedNetwork(request.runFolder, trainingSet, configuration)
      emit({ event: 'measured', configurations: choices.length - missing.length + at, of: choices.length })
      await nextTurn()
      if (stopped) throw new MendError('sweep-stopped', 'the measuring was stopped', 'start it again: it goes on')
      const measured = network.measure(trainingSet, people, choice)
      appendMeasured(folder, { key: configurationKey(choice), engine: device, ...measured })
    }
    emit({ event: 'measured', configurations: choices.length, of: choices.length })
    const seconds = (performance.now() - started) / 1000
    const images = missing.length * people.length
    emit({
      event: 'done',
      stopped: false,
      epoch: 0,
      engine: device,
      seconds,
      imagesPerSecond: images / seconds,
      metrics: {},
    })
  } catch (error) {
    throw explainMemory(error, configuration)
  } finally {
    network?.dispose()
    trainingSet.close()
  }
}

await runHosted(main, 'measure again; the log beside the measurements says more')
