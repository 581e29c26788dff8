import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** A process, told apart from a later one with the same number by when it started (null where the system does not say). */
export const processIdentity = z.object({ pid: z.number().int().positive(), started: z.string().nullable() })
export type ProcessIdentity = z.infer<typeof processIdentity>

/** Linux: start time in clock ticks since boot, field 22 of /proc/PID/stat; the name before it may hold spaces. */
function startOf(pid: number): string | null {
  if (process.platform !== 'linux') return null
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}

export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, started: startOf(pid) }
}

export function isProcessAlive(pid: number): boolean {
  if (process.platform === 'linux') return startOf(pid) !== null
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Is this very process still there? */
export function isRunning(identity: ProcessIdentity): boolean {
  return identity.started === null ? isProcessAlive(identity.pid) : startOf(identity.pid) === identity.started
}
