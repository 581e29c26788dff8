import { parentPort, workerData } from 'node:worker_threads'
import { MendError } from '../../dataset/mendError.ts'
import { openSnapshot } from '../../snapshot/read.ts'
import { memoryOf } from '../batch/batchMemory.ts'
import { BatchFiller } from './batchFiller.ts'
import { createBatchSlot } from './batchSlot.ts'
import type { BatchSlot } from './batchSlot.ts'
import type { BatchFailure, BatchOrder, WorkerStart } from './batchPipeline.ts'

/** The thread that fills batches ahead of the step: an order comes in, the slot's number is set when it is filled. */
const port = parentPort
if (!port) throw new Error('batchWorker.ts runs as a worker thread of BatchPipeline')
const { plan, blocks, filled: counts, port: failures } = workerData as WorkerStart
const filled = new Int32Array(counts)

/** Made with the first order, so that a snapshot which cannot be opened is that order's failure. */
let made: { readonly filler: BatchFiller; readonly slots: readonly BatchSlot[] } | null = null

function make(): NonNullable<typeof made> {
  const filler = new BatchFiller(openSnapshot(plan.snapshotFolder), plan)
  return { filler, slots: blocks.map((block) => createBatchSlot(plan, memoryOf(block))) }
}

port.on('message', ({ number, slot, people, epoch }: BatchOrder) => {
  let answer = number
  try {
    made ??= make()
    if (epoch === null) made.filler.fillImages(made.slots[slot], people)
    else made.filler.fillTraining(made.slots[slot], people, epoch)
  } catch (error) {
    const known = error instanceof MendError
    const failure: BatchFailure = {
      code: known ? error.code : 'input-failed',
      message: error instanceof Error ? error.message : String(error),
      hint: known ? error.hint : 'resume the run; if it fails again, freeze a new training set by starting a new run',
    }
    failures.postMessage(failure)
    answer = -number
  }
  Atomics.store(filled, slot, answer)
  Atomics.notify(filled, slot)
})
