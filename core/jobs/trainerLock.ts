import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { MendError } from '../dataset/mendError.ts'

/**
 * Two trainers in one run folder would overwrite each other's checkpoints. The file names the trainer's process; it
 * counts only while that process is alive and, where the system can tell, still is a trainer of this folder.
 */
const lockFile = 'trainer.pid'
const lockSchema = z.object({ pid: z.number().int().positive(), owner: z.number().int().positive() })

export interface TrainerLock {
  readonly pid: number
  /** The process that started the trainer. */
  readonly owner: number
}

function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Process numbers are reused: on Linux the command line says whether this still is the trainer of the folder. */
function isTrainerOf(pid: number, runFolder: string): boolean {
  if (!processIsAlive(pid)) return false
  if (process.platform !== 'linux') return true
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(runFolder)
  } catch {
    return false
  }
}

/** The trainer now at work in the folder; null where there is none (a lock left by a killed one does not count). */
export function readTrainerLock(runFolder: string): TrainerLock | null {
  let text: string
  try {
    text = readFileSync(join(runFolder, lockFile), 'utf8')
  } catch {
    return null
  }
  try {
    const lock = lockSchema.parse(JSON.parse(text))
    return isTrainerOf(lock.pid, runFolder) ? lock : null
  } catch {
    return null
  }
}

/** @throws MendError `run-busy` when another trainer is at work in the folder. */
export function assertNoTrainer(runFolder: string): void {
  const lock = readTrainerLock(runFolder)
  if (lock === null) return
  throw new MendError(
    'run-busy',
    `process ${lock.pid} is already training in ${runFolder}`,
    'wait for it to finish, or stop the command that started it',
  )
}

export function writeTrainerLock(runFolder: string, lock: TrainerLock): void {
  writeFileSync(join(runFolder, lockFile), JSON.stringify(lock))
}

export function removeTrainerLock(runFolder: string): void {
  rmSync(join(runFolder, lockFile), { force: true })
}
