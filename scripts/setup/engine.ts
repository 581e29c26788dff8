import { MendError } from '../../core/dataset/mendError.ts'
import type { EngineProgress } from '../../core/tensor/engines/engineProgress.ts'
import { installEngine } from '../../core/tensor/engines/installEngine.ts'
import { locateTensorflow } from '../../core/tensor/engines/tensorflowLibrary.ts'
import { ProgressLine } from './progressLine.mjs'

/** Second part of the set-up, on Node 24: the TensorFlow engine. Exit status 0 when it is there, 1 when it is not. */
if (!locateTensorflow().available) await install()

async function install(): Promise<void> {
  const progress = new ProgressLine()
  const started = Date.now()
  try {
    progress.say('engine: TensorFlow 2.20 for the CPU, 259 MB to download, 780 MB on disk, kept for all checkouts')
    let step = ''
    await installEngine('cpu', (event) => {
      // Each step is said once where there is no terminal to show its progress.
      if (event.step === step) progress.update(describe(event))
      else progress.say(describe(event))
      step = event.step
    })
    progress.say(`engine: ready after ${Math.round((Date.now() - started) / 1000)} s`)
  } catch (error) {
    progress.close()
    if (!(error instanceof MendError)) throw error
    process.stderr.write(`${error.code}: TensorFlow could not be installed: ${error.message}\nhint: ${error.hint}\n`)
    process.stderr.write('Everything but training, audits and the demo works without it.\n')
    process.exitCode = 1
  }
}

function describe({ message, doneBytes, totalBytes }: EngineProgress): string {
  if (doneBytes === undefined || totalBytes === undefined) return `engine: ${message}`
  const percent = totalBytes === 0 ? 100 : Math.floor((100 * doneBytes) / totalBytes)
  return `engine: ${message}, ${Math.floor(doneBytes / 1e6)} of ${Math.ceil(totalBytes / 1e6)} MB (${percent} %)`
}
