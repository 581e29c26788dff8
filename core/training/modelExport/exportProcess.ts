import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSnapshot } from '../../snapshot/read.ts'
import { chooseEngine } from '../chooseSession.ts'
import type { NetworkWish } from '../controllable/preferences.ts'
import { emit, onCommand, runHosted } from '../hostedProcess.ts'
import { TrainedNetwork } from '../trainedNetwork.ts'
import { readConfiguration } from '../trainedConfiguration.ts'
import { exportModel } from './exportModel.ts'
import type { ModelFormat } from './exportModel.ts'

/** What an export's folder says in `export.json`. */
export interface ExportRequest {
  readonly runFolder: string
  /** The run's own frozen set. */
  readonly trainingSet: string
  readonly wish: NetworkWish
  readonly format: ModelFormat
  readonly batch: number
  readonly margin: number
  /** Where the files go; there is nothing in it. */
  readonly out: string
}

/** The process that writes a model for others: `node core/training/modelExport/exportProcess.ts FOLDER`; it speaks protocol.ts. */
async function main(folder: string): Promise<void> {
  const started = performance.now()
  const request = JSON.parse(readFileSync(join(folder, 'export.json'), 'utf8')) as ExportRequest
  onCommand((command) => {
    // Nothing of what it has written is kept.
    if (command === 'stop') process.exit(1)
  })
  const { wish, format, batch, margin, out } = request
  const trainingSet = openSnapshot(request.trainingSet)
  try {
    const configuration = readConfiguration(request.runFolder)
    // TensorFlow alone can write its own graphs; the other format needs no engine.
    const device = format === 'saved-model' ? (await chooseEngine('tensorflow')).device : 'none'
    const network = new TrainedNetwork(request.runFolder, trainingSet, { ...configuration, batch })
    const { model, height, width } = configuration
    exportModel(out, network, network.choose(wish), format, { model, height, width, batch, margin, wish })
    network.dispose()
    const seconds = (performance.now() - started) / 1000
    emit({ event: 'done', stopped: false, epoch: 0, engine: device, seconds, imagesPerSecond: 0, metrics: {} })
  } finally {
    trainingSet.close()
  }
}

await runHosted(main, 'export again; the log beside the run says more')
