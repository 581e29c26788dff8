import { beginBulk, endBulk, partSize, releaseAction, writePart, type LostAction } from '../store/bulkActions.ts'
import {
  beginUndo,
  changesLeft,
  endUndo,
  forgetAction,
  nothingUndone,
  undoPart,
  withdrawPart,
} from '../store/bulkUndo.ts'
import type { WriteConnection } from '../store/connection.ts'
import { attachProject, type Project } from '../store/project.ts'
import { WriteTurns } from '../store/writeTurns.ts'
import type { BulkProgress, BulkTask } from './bulkTask.ts'
import { answerAsThread, Stopped, threadPatienceMs, type Caller } from './writerThreadSide.ts'

/** Progress more often than this is not seen. */
const reportMs = 50

/** Parts of one action, a transaction each, between which others get their turn. */
class Parts {
  readonly #project: Project
  readonly #turns: WriteTurns
  readonly #caller: Caller<BulkProgress>
  #reportedAt = 0

  constructor(project: Project, turns: WriteTurns, caller: Caller<BulkProgress>) {
    this.#project = project
    this.#turns = turns
    this.#caller = caller
  }

  write<T>(part: (connection: WriteConnection) => T): T {
    this.#turns.giveWay()
    const started = performance.now()
    const result = this.#project.transaction(({ connection }) => part(connection))
    // Other processes cannot ask for a turn: they find one.
    sleep(1 + (performance.now() - started) / 8)
    return result
  }

  report(progress: BulkProgress): void {
    const now = performance.now()
    if (progress.done < progress.total && now - this.#reportedAt < reportMs) return
    this.#reportedAt = now
    this.#caller.progress(progress)
  }

  checkCancelled(): void {
    this.#caller.checkCancelled()
  }
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

/** Everything or nothing, in the end: what was changed before a cancel or an error is taken back. */
function apply(parts: Parts, { people, change }: BulkTask['work'] & { type: 'apply' }, by: string): unknown {
  const total = people.length
  const work = parts.write((connection) => beginBulk(connection, change, by, process.pid))
  let changed = 0
  try {
    for (let at = 0; at < total; at += partSize) {
      parts.checkCancelled()
      changed = parts.write((connection) => writePart(connection, work, people.slice(at, at + partSize), changed))
      parts.report({ stage: 'changed', done: Math.min(total, at + partSize), total, unit: 'people' })
    }
    parts.checkCancelled()
  } catch (error) {
    withdraw(parts, { action: work.action, kind: change.type })
    throw error
  }
  return parts.write((connection) => endBulk(connection, work, changed))
}

function withdraw(parts: Parts, { action, kind }: LostAction): void {
  const total = parts.write((connection) => changesLeft(connection, action, kind))
  for (let done = 0; parts.write((connection) => withdrawPart(connection, action, kind));) {
    done = Math.min(total, done + partSize)
    parts.report({ stage: 'took back', done, total, unit: 'changes' })
  }
  parts.write((connection) => forgetAction(connection, action))
}

function undo(parts: Parts, action: number | undefined, by: string): unknown {
  const work = parts.write((connection) => beginUndo(connection, action, by, process.pid))
  const { total } = work
  let state = nothingUndone
  try {
    while (state.looked < total) {
      parts.checkCancelled()
      state = parts.write((connection) => undoPart(connection, work, state))
      parts.report({ stage: 'took back', done: state.looked, total, unit: 'changes' })
    }
  } catch (error) {
    parts.write((connection) => releaseAction(connection, work.action))
    if (error instanceof Stopped)
      throw new Stopped(`${state.looked} of ${total} are taken back: undo again for the rest`)
    throw error
  }
  return parts.write((connection) => endUndo(connection, work, state))
}

answerAsThread<BulkTask, BulkProgress, unknown>(({ projectFolder, work, by, turns }, caller) => {
  const project = attachProject(projectFolder)
  project.setPatience(threadPatienceMs)
  try {
    const parts = new Parts(project, new WriteTurns(turns), caller)
    if (work.type === 'apply') return apply(parts, work, by)
    return work.type === 'undo' ? undo(parts, work.action, by) : withdraw(parts, work)
  } finally {
    project.close()
  }
})
