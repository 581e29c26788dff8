import { Worker } from 'node:worker_threads'
import { MendError } from '../dataset/mendError.ts'
import type { Project } from '../store/project.ts'
import { JobCancelled } from './jobRunner.ts'
import type { ThreadMessage, ThreadTask } from './writerThreadSide.ts'

/** SQLite's own wait elsewhere in the product. */
const usualPatienceMs = 5000

export interface WriterThread<Task, Progress> {
  readonly project: Project
  /** The thread's file in this folder, without its ending. */
  readonly file: string
  readonly task: Task
  /** How long changes of this thread to the project wait for the other's. */
  readonly patienceMs: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress: (progress: Progress) => void
  /** What a person who cancelled is told, where the thread does not say more. */
  readonly whenCancelled: string
}

/**
 * Has a thread of its own write a project, so that the service goes on answering, and follows it. The thread's file calls
 * `answerAsThread` (writerThreadSide.ts). @returns what the thread answers
 * @throws JobCancelled when it stopped because `signal` was aborted; MendError as the thread threw it
 */
export async function writeInThread<Result, Task, Progress>(work: WriterThread<Task, Progress>): Promise<Result> {
  const { project, signal } = work
  const cancelled = new SharedArrayBuffer(4)
  const cancel = (): void => void Atomics.store(new Int32Array(cancelled), 0, 1)
  signal?.addEventListener('abort', cancel, { once: true })
  if (signal?.aborted === true) cancel()
  project.setPatience(work.patienceMs)
  try {
    return await follow<Result, Task, Progress>(work, { task: work.task, cancelled })
  } finally {
    signal?.removeEventListener('abort', cancel)
    project.setPatience(usualPatienceMs)
  }
}

function follow<Result, Task, Progress>(
  { file, onProgress, whenCancelled }: WriterThread<Task, Progress>,
  workerData: ThreadTask<Task>,
): Promise<Result> {
  // Packaged builds ship the thread's file compiled beside this one, under the same name.
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./${file}.${ending}`, import.meta.url), { workerData })
  return new Promise((resolve, reject) => {
    worker.on('message', (message: ThreadMessage<Progress, Result>) => {
      if (message.type === 'progress') onProgress(message.progress)
      if (message.type === 'done') resolve(message.result)
      if (message.type === 'cancelled') reject(new JobCancelled(message.hint ?? whenCancelled))
      if (message.type === 'failed') reject(new MendError(message.code, message.message, message.hint))
    })
    worker.on('error', reject)
    // After an answer this changes nothing.
    worker.on('exit', (code) => reject(new Error(`the thread ${file} ended with status ${code}`)))
  })
}
