import { fileURLToPath } from 'node:url'
import { MendError } from '../dataset/mendError.ts'
import { JobCancelled, type JobContext } from './jobRunner.ts'
import { TrainerHost } from './trainerHost.ts'
import type { TrainerDone } from './trainerSupervisor.ts'

const predictorScript = fileURLToPath(new URL('../training/predictor.ts', import.meta.url))

export interface PredictorOptions {
  /** Missing: the predictor, training/predictor.ts. */
  readonly script?: string
  /** What a cancelled job says of what there is now. */
  readonly afterCancel?: string
}

/**
 * Runs the predictor, or another program that computes with a trained network, on a folder that holds its request; an abort of the
 * job stops it.
 * @throws MendError with the predictor's own code; JobCancelled
 */
export async function runPredictor(
  folder: string,
  context: JobContext,
  { script = predictorScript, afterCancel = 'nothing was written' }: PredictorOptions = {},
): Promise<TrainerDone> {
  context.signal.throwIfAborted()
  const host = new TrainerHost({ runFolder: folder, script })
  const stop = (): void => void host.stop(5000)
  context.signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const event of host.events) {
      if (event.event === 'done') return event
      if (event.event === 'predicted') {
        context.progress({ stage: 'predicted', done: event.people, total: event.of, unit: 'people' })
      }
      if (event.event === 'measured') {
        context.progress({ stage: 'measured', done: event.configurations, total: event.of, unit: 'configurations' })
      }
      if (event.event !== 'failed') continue
      if (context.signal.aborted) throw new JobCancelled(afterCancel)
      throw new MendError(event.code, event.message, event.hint)
    }
    throw new MendError('trainer-crashed', 'the predictor ended without a word', 'predict again')
  } finally {
    context.signal.removeEventListener('abort', stop)
    await host.stop(5000)
  }
}
