import { mkdirSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import { destination, type Logger, pino } from 'pino'
import type { ConnectionOptions } from '../store/connection.ts'

const slowQueryMs = 100
const largestLogBytes = 5_000_000
const sqlWordsLogged = 14

export type ServiceLog = Pick<Logger, 'info' | 'warn' | 'error'>

/**
 * The service's log: JSON lines in a file of the user's; the file before is kept as `.old`. Written at once, so that a
 * crash's last words are there.
 */
export function openServiceLog(file: string): ServiceLog {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > largestLogBytes) renameSync(file, `${file}.old`)
  return pino({ base: { pid: process.pid } }, destination({ dest: file, append: true, sync: true, mode: 0o600 }))
}

/** Tells of queries that a person would notice, by the first words of their SQL: parameters may be somebody's data. */
export function slowQueries(log: ServiceLog | undefined, project: string): ConnectionOptions {
  if (log === undefined) return {}
  return {
    slowQueryMs,
    onSlowQuery: ({ sql, milliseconds }) => {
      const words = sql.trim().split(/\s+/).slice(0, sqlWordsLogged).join(' ')
      log.warn({ project, milliseconds: Math.round(milliseconds), sql: words }, 'slow query')
    },
  }
}
