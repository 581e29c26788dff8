import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { MendError } from '../../dataset/mendError.ts'
import { measureMemory, memoryOf } from '../batch/batchMemory.ts'
import { createBatchSlot } from './batchSlot.ts'
import type { BatchPlan, BatchSlot } from './batchSlot.ts'

/** What the thread starts with: the plan, one block of memory a slot, and the number of the batch that each slot holds. */
export interface WorkerStart {
  readonly plan: BatchPlan
  readonly blocks: readonly SharedArrayBuffer[]
  /** Int32 a slot: the number of the last order that was filled, negative when it failed. */
  readonly filled: SharedArrayBuffer
  readonly port: MessagePort
}

export interface BatchOrder {
  /** Counts up from 1. */
  readonly number: number
  readonly slot: number
  readonly people: Int32Array
  /** Of the augmentation; null for pictures alone, as they are. */
  readonly epoch: number | null
}

export interface BatchFailure {
  readonly code: string
  readonly message: string
  readonly hint: string
}

/** One batch is used while the next is filled. */
const slotCount = 2
/** A batch that takes longer than this will not come any more: its thread has ended without a word. */
const stallSeconds = 300

/**
 * Batches filled by a thread of their own while the step before is computed. Orders are answered in turn: order the next
 * batch, then take the one ordered before. A batch that was taken may be overwritten by the second order after its own.
 */
export class BatchPipeline {
  readonly #worker: Worker
  readonly #port: MessagePort
  readonly #slots: readonly BatchSlot[]
  readonly #filled: Int32Array
  #ordered = 0
  #taken = 0
  #waitedMs = 0

  constructor(plan: BatchPlan) {
    const bytes = measureMemory((memory) => createBatchSlot(plan, memory))
    const blocks = Array.from({ length: slotCount }, () => new SharedArrayBuffer(bytes))
    const filled = new SharedArrayBuffer(slotCount * 4)
    this.#filled = new Int32Array(filled)
    this.#slots = blocks.map((block) => createBatchSlot(plan, memoryOf(block)))
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    const workerData: WorkerStart = { plan, blocks, filled, port: port2 }
    this.#worker = new Worker(new URL('./batchWorker.ts', import.meta.url), { workerData, transferList: [port2] })
    // A thread that fails to start is reported by `take`, which waits for it; nothing of it may keep the process alive.
    this.#worker.on('error', () => undefined)
    this.#worker.unref()
  }

  /** Batches that were ordered and not yet taken: at most 2. */
  get pending(): number {
    return this.#ordered - this.#taken
  }

  /** Milliseconds that `take` has waited since it was asked last. */
  takeWaited(): number {
    const waited = this.#waitedMs
    this.#waitedMs = 0
    return waited
  }

  /** Asks for a batch of training people, changed as epoch `epoch` changes them, or of pictures as they are (null). */
  order(people: Int32Array, epoch: number | null): void {
    if (this.pending >= slotCount) throw new Error('both batches are ordered already')
    this.#ordered += 1
    const order: BatchOrder = {
      number: this.#ordered,
      slot: this.#ordered % slotCount,
      people: people.slice(),
      epoch,
    }
    this.#worker.postMessage(order)
  }

  /**
   * The oldest batch that was ordered; blocks until it is filled.
   * @throws MendError the thread's own, or `input-stalled` when nothing comes.
   */
  take(): BatchSlot {
    if (this.pending === 0) throw new Error('no batch is ordered')
    const number = this.#taken + 1
    const slot = number % slotCount
    const started = performance.now()
    for (;;) {
      const found = Atomics.load(this.#filled, slot)
      if (Math.abs(found) === number) break
      if (Atomics.wait(this.#filled, slot, found, stallSeconds * 1000) === 'timed-out') {
        const message = `the next batch did not come within ${stallSeconds} seconds`
        throw new MendError('input-stalled', message, 'resume the run; check that the disk of the project answers')
      }
    }
    this.#waitedMs += performance.now() - started
    this.#taken = number
    if (Atomics.load(this.#filled, slot) < 0) throw this.#failure()
    return this.#slots[slot]
  }

  #failure(): MendError {
    const received = receiveMessageOnPort(this.#port) as { message: BatchFailure } | undefined
    const failure = received?.message
    return new MendError(failure?.code ?? 'input-failed', failure?.message ?? 'a batch failed', failure?.hint ?? '')
  }

  /** Ends the thread. */
  close(): void {
    this.#port.close()
    void this.#worker.terminate()
  }
}
