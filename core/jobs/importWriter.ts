import { parentPort, workerData } from 'node:worker_threads'
import { MendError } from '../dataset/mendError.ts'
import { attachProject } from '../store/project.ts'
import { Staging } from '../store/staging.ts'
import { writePlan } from './applyImport.ts'
import type { ImportProgress, ImportReport, PlanDocument } from './importPlan.ts'

/** What the thread that writes an import is given. */
export interface WriterTask {
  readonly projectFolder: string
  readonly stagingFile: string
  readonly plan: PlanDocument
  readonly copies: ReadonlyMap<string, string> | null
  readonly answers: ReadonlyMap<number, 'known' | 'incoming'> | null
  /** Int32Array of one: 1 stops the work. */
  readonly cancelled: SharedArrayBuffer
}

export type WriterMessage =
  | { readonly type: 'progress'; readonly progress: ImportProgress }
  | { readonly type: 'done'; readonly report: ImportReport }
  | { readonly type: 'cancelled' }
  | { readonly type: 'failed'; readonly code: string; readonly message: string; readonly hint: string }

/** Longest wait for another writer of the project, such as a run that stores an epoch. */
const patienceMs = 120_000

class Stopped extends Error {}

function post(message: WriterMessage): void {
  parentPort?.postMessage(message)
}

function work(task: WriterTask): void {
  const cancelled = new Int32Array(task.cancelled)
  const project = attachProject(task.projectFolder)
  project.setPatience(patienceMs)
  const staging = new Staging(null, task.stagingFile)
  try {
    const report = writePlan(project, staging, task.plan, task.copies, performance.now(), {
      ...(task.answers && { answers: task.answers }),
      checkCancelled: () => {
        if (Atomics.load(cancelled, 0) === 1) throw new Stopped()
      },
      onProgress: (progress) => post({ type: 'progress', progress }),
    })
    post({ type: 'done', report })
  } finally {
    staging.release()
    project.close()
  }
}

try {
  work(workerData as WriterTask)
} catch (error) {
  if (error instanceof Stopped) post({ type: 'cancelled' })
  else if (error instanceof MendError) {
    const { code, message, hint } = error
    post({ type: 'failed', code, message, hint })
  } else throw error
}
