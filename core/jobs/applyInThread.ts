import { Worker } from 'node:worker_threads'
import { MendError } from '../dataset/mendError.ts'
import { applyWith, type ApplyOptions } from './applyImport.ts'
import type { ImportPlan, ImportReport } from './importPlan.ts'
import { JobCancelled } from './jobRunner.ts'
import type { WriterMessage, WriterTask } from './importWriter.ts'

/** SQLite's own wait elsewhere in the product. */
const usualPatienceMs = 5000
const patienceMs = 600_000

/**
 * As `applyImport`, but the rows are written by a thread, so that the service goes on answering, shows progress and can
 * cancel: until the transaction is committed nothing of it is in the project. Changes that others make to the project
 * meanwhile wait for it.
 */
export async function applyInThread(plan: ImportPlan, options: ApplyOptions = {}): Promise<ImportReport> {
  return applyWith(plan, options, async (copies) => {
    const { summary, folder, tasks, rule, copy, generation, seconds } = plan
    const cancelled = new SharedArrayBuffer(4)
    const task: WriterTask = {
      projectFolder: plan.project.folder,
      stagingFile: plan.staging.file,
      plan: { summary, folder, tasks, rule, copy, generation, seconds },
      copies,
      answers: options.answers ?? null,
      cancelled,
    }
    const cancel = (): void => void Atomics.store(new Int32Array(cancelled), 0, 1)
    plan.staging.release()
    plan.project.setPatience(patienceMs)
    options.signal?.addEventListener('abort', cancel, { once: true })
    try {
      return await write(task, options)
    } finally {
      options.signal?.removeEventListener('abort', cancel)
      plan.project.setPatience(usualPatienceMs)
    }
  })
}

function write(task: WriterTask, options: ApplyOptions): Promise<ImportReport> {
  // Packaged builds ship the thread's file compiled beside this one, under the same name.
  const file = import.meta.url.endsWith('.ts') ? './importWriter.ts' : './importWriter.js'
  const worker = new Worker(new URL(file, import.meta.url), { workerData: task })
  return new Promise((resolve, reject) => {
    worker.on('message', (message: WriterMessage) => {
      if (message.type === 'progress') options.onProgress?.(message.progress)
      if (message.type === 'done') resolve(message.report)
      if (message.type === 'cancelled') reject(new JobCancelled('nothing was imported; apply a new plan to import it'))
      if (message.type === 'failed') reject(new MendError(message.code, message.message, message.hint))
    })
    worker.on('error', reject)
    // After an answer this changes nothing.
    worker.on('exit', (code) => reject(new Error(`the thread that writes the import ended with status ${code}`)))
  })
}
