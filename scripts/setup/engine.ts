import { MendError } from '../../core/dataset/mendError.ts'
import type { EngineProgress } from '../../core/tensor/engines/engineProgress.ts'
import { installEngine } from '../../core/tensor/engines/installEngine.ts'
import { locateTensorflow } from '../../core/tensor/engines/tensorflowLibrary.ts'
import { ProgressLine } from './progressLine.mjs'

/**
 * Second part of the set-up, on Node 24: the TensorFlow engine. Where it cannot be had (no network, no compiler, no disk
 * space, no build for the platform), one line says why and that the built-in WebAssembly engine trains, and all goes on.
 */
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
    progress.say(
      `engine: WebAssembly trains, slower; TensorFlow could not be installed: ${error.message}; ${error.hint}`,
    )
  }
}

function describe({ message, doneBytes, totalBytes }: EngineProgress): string {
  if (doneBytes === undefined || totalBytes === undefined) return `engine: ${message}`
  const percent = totalBytes === 0 ? 100 : Math.floor((100 * doneBytes) / totalBytes)
  return `engine: ${message}, ${Math.floor(doneBytes / 1e6)} of ${Math.ceil(totalBytes / 1e6)} MB (${percent} %)`
}
