import { parentPort, workerData } from 'node:worker_threads'
import { MendError } from '../dataset/mendError.ts'

/** What a thread is given. */
export interface ThreadTask<Task> {
  readonly task: Task
  /** Int32Array of one: 1 stops the work. */
  readonly cancelled: SharedArrayBuffer
}

export type ThreadMessage<Progress, Result> =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'done'; readonly result: Result }
  /** `hint` null: as the caller says it. */
  | { readonly type: 'cancelled'; readonly hint: string | null }
  | { readonly type: 'failed'; readonly code: string; readonly message: string; readonly hint: string }

/** Longest wait of a thread for another writer of the project, such as a run that stores an epoch or an import. */
export const threadPatienceMs = 120_000

/** Thrown where the caller wants the work to stop; the hint says what became of it, null: as the caller says it. */
export class Stopped extends Error {
  readonly hint: string | null

  constructor(hint: string | null = null) {
    super('stopped')
    this.hint = hint
  }
}

/** The thread's view of who started it. */
export interface Caller<Progress> {
  progress(progress: Progress): void
  /** @throws Stopped when the work was cancelled */
  checkCancelled(): void
}

/** Does a thread's work and tells the caller (`writeInThread`) how it ended. To be called once, when the file is loaded. */
export function answerAsThread<Task, Progress, Result>(work: (task: Task, caller: Caller<Progress>) => Result): void {
  const post = (message: ThreadMessage<Progress, Result>): void => parentPort?.postMessage(message)
  const { task, cancelled } = workerData as ThreadTask<Task>
  const stop = new Int32Array(cancelled)
  const caller: Caller<Progress> = {
    progress: (progress) => post({ type: 'progress', progress }),
    checkCancelled: () => {
      if (Atomics.load(stop, 0) === 1) throw new Stopped()
    },
  }
  try {
    post({ type: 'done', result: work(task, caller) })
  } catch (error) {
    if (error instanceof Stopped) post({ type: 'cancelled', hint: error.hint })
    else if (error instanceof MendError) {
      const { code, message, hint } = error
      post({ type: 'failed', code, message, hint })
    } else throw error
  }
}
