import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { MendError } from '../dataset/mendError.ts'
import { identifyProcess, isRunning, processIdentity } from './processIdentity.ts'

/**
 * Two trainers in one run folder would overwrite each other's checkpoints. The lock names the trainer (none while the
 * snapshot is being frozen) and the process that works on the run; it counts only while one of them is alive.
 */
const lockFile = 'run.lock'
const lockSchema = z.object({ owner: processIdentity, trainer: processIdentity.nullable() })
export type RunLock = z.infer<typeof lockSchema>

const orphanGoneMs = 10_000

/** Who works on the run in the folder; null where nobody does (a lock left by killed processes does not count). */
export function readRunLock(runFolder: string): RunLock | null {
  try {
    const lock = lockSchema.parse(JSON.parse(readFileSync(join(runFolder, lockFile), 'utf8')))
    const alive = isRunning(lock.owner) || (lock.trainer !== null && isRunning(lock.trainer))
    return alive ? lock : null
  } catch {
    return null
  }
}

/**
 * Claims the run for this process, and its trainer where there is one. Of two processes that claim at once one gets it.
 * @throws MendError `run-busy`
 */
export function lockRun(runFolder: string, trainer: number | null): void {
  assertRunIsFree(runFolder)
  const file = join(runFolder, lockFile)
  const lock: RunLock = {
    owner: identifyProcess(process.pid),
    trainer: trainer === null ? null : identifyProcess(trainer),
  }
  const mine = readRunLock(runFolder)?.owner.pid === process.pid
  if (!mine) rmSync(file, { force: true })
  try {
    writeFileSync(file, JSON.stringify(lock), { flag: mine ? 'w' : 'wx' })
  } catch (error) {
    assertRunIsFree(runFolder)
    throw error
  }
}

/** @throws MendError `run-busy` when another process, or a trainer of this one, is at work in the folder. */
export function assertRunIsFree(runFolder: string): void {
  const lock = readRunLock(runFolder)
  if (lock === null) return
  const trains = lock.trainer !== null && isRunning(lock.trainer)
  if (lock.owner.pid === process.pid && !trains) return
  throw new MendError(
    'run-busy',
    `process ${trains ? lock.trainer?.pid : lock.owner.pid} is already at work on the run in ${runFolder}`,
    'wait for it to finish, or stop the command that started it',
  )
}

/** A trainer whose owner was killed goes by itself within a moment: waits for that. */
export async function waitForOrphan(runFolder: string): Promise<void> {
  const end = Date.now() + orphanGoneMs
  for (;;) {
    const lock = readRunLock(runFolder)
    if (lock === null || isRunning(lock.owner) || Date.now() > end) return
    await wait(100)
  }
}

export function unlockRun(runFolder: string): void {
  rmSync(join(runFolder, lockFile), { force: true })
}
