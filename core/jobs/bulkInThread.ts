import { Worker } from 'node:worker_threads'
import { MendError } from '../dataset/mendError.ts'
import type { BulkOutcome } from '../store/bulkActions.ts'
import type { UndoOutcome } from '../store/bulkUndo.ts'
import type { Project } from '../store/project.ts'
import type { BulkMessage, BulkTask } from './bulkTask.ts'
import { JobCancelled, type JobContext } from './jobRunner.ts'

/** SQLite's own wait elsewhere in the product. */
const usualPatienceMs = 5000
const patienceMs = 120_000

type Work<T extends BulkTask['work']['type']> = Extract<BulkTask['work'], { type: T }>

/**
 * One action on many people, written by a thread, so that the service goes on answering, shows progress and can cancel. It
 * is one transaction: until it is committed nothing of it is in the project, and one undo takes all of it back.
 * @throws MendError `unknown-task`
 */
export function applyBulkInThread(
  project: Project,
  work: Omit<Work<'apply'>, 'type'>,
  by: string,
  job: JobContext,
): Promise<BulkOutcome> {
  return inThread<BulkOutcome>(project, { type: 'apply', ...work }, by, job, 'people')
}

/** Takes an action back in the same manner. @throws MendError `nothing-to-undo` */
export function undoBulkInThread(
  project: Project,
  action: number | undefined,
  by: string,
  job: JobContext,
): Promise<UndoOutcome> {
  return inThread<UndoOutcome>(project, { type: 'undo', action }, by, job, 'changes')
}

async function inThread<T>(
  project: Project,
  work: BulkTask['work'],
  by: string,
  job: JobContext,
  unit: string,
): Promise<T> {
  const cancelled = new SharedArrayBuffer(4)
  const cancel = (): void => void Atomics.store(new Int32Array(cancelled), 0, 1)
  job.signal.addEventListener('abort', cancel, { once: true })
  if (job.signal.aborted) cancel()
  // What others change meanwhile waits for the thread.
  project.setPatience(patienceMs)
  try {
    return await run<T>({ projectFolder: project.folder, work, by, cancelled }, (done, total) =>
      job.progress({ stage: work.type === 'apply' ? 'changed' : 'took back', done, total, unit }),
    )
  } finally {
    job.signal.removeEventListener('abort', cancel)
    project.setPatience(usualPatienceMs)
  }
}

function run<T>(task: BulkTask, onProgress: (done: number, total: number) => void): Promise<T> {
  // Packaged builds ship the thread's file compiled beside this one, under the same name.
  const file = import.meta.url.endsWith('.ts') ? './bulkWriter.ts' : './bulkWriter.js'
  const worker = new Worker(new URL(file, import.meta.url), { workerData: task })
  return new Promise((resolve, reject) => {
    worker.on('message', (message: BulkMessage) => {
      if (message.type === 'progress') onProgress(message.done, message.total)
      if (message.type === 'done') resolve(message.result as T)
      if (message.type === 'cancelled') reject(new JobCancelled('nothing was changed'))
      if (message.type === 'failed') reject(new MendError(message.code, message.message, message.hint))
    })
    worker.on('error', reject)
    // After an answer this changes nothing.
    worker.on('exit', (code) => reject(new Error(`the thread that changes people ended with status ${code}`)))
  })
}
