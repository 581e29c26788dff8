import { parentPort, workerData } from 'node:worker_threads'
import { MendError } from '../dataset/mendError.ts'
import { applyBulk, type BulkProgress } from '../store/bulkActions.ts'
import { undoBulk } from '../store/bulkUndo.ts'
import { attachProject } from '../store/project.ts'
import type { BulkMessage, BulkTask } from './bulkTask.ts'

/** Longest wait for another writer of the project, such as a run that stores an epoch or an import. */
const patienceMs = 120_000
/** Progress more often than this is not seen. */
const reportMs = 50

class Stopped extends Error {}

function post(message: BulkMessage): void {
  parentPort?.postMessage(message)
}

function work({ projectFolder, work: wanted, by, cancelled }: BulkTask): void {
  const stop = new Int32Array(cancelled)
  let reportedAt = 0
  const onProgress: BulkProgress = (done, total) => {
    // Thrown within the transaction: nothing of it stays.
    if (Atomics.load(stop, 0) === 1) throw new Stopped()
    const now = performance.now()
    if (done < total && now - reportedAt < reportMs) return
    reportedAt = now
    post({ type: 'progress', done, total })
  }
  const project = attachProject(projectFolder)
  project.setPatience(patienceMs)
  try {
    const result = project.transaction(({ connection }) =>
      wanted.type === 'apply'
        ? applyBulk(connection, wanted.people, wanted.change, by, onProgress)
        : undoBulk(connection, wanted.action, by, onProgress),
    )
    post({ type: 'done', result })
  } finally {
    project.close()
  }
}

try {
  work(workerData as BulkTask)
} catch (error) {
  if (error instanceof Stopped) post({ type: 'cancelled' })
  else if (error instanceof MendError) {
    const { code, message, hint } = error
    post({ type: 'failed', code, message, hint })
  } else throw error
}
