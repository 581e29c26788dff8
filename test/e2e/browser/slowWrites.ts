import Database from 'better-sqlite3'
import path from 'node:path'

export type SlowTable = 'label' | 'label_revision'

/**
 * Makes every row that is written to a table of a project take a while, so that there is a middle to be killed in. About
 * 20 million rounds take a second.
 * @returns what makes it fast again
 */
export function slowDown(folder: string, event: `INSERT ON ${SlowTable}` | `UPDATE ON ${SlowTable}`, rounds: number) {
  withDatabase(folder, (database) =>
    database.exec(`CREATE TRIGGER slow AFTER ${event} BEGIN
      SELECT count(*) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rounds}) SELECT i FROM n);
    END`),
  )
  return (): void => withDatabase(folder, (database) => database.exec('DROP TRIGGER slow'))
}

/** Whether somebody is in the middle of a change of the project. */
export function isBeingWritten(folder: string): boolean {
  const database = new Database(path.join(folder, 'project.db'), { timeout: 0 })
  try {
    database.exec('BEGIN IMMEDIATE; ROLLBACK')
    return false
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') return true
    throw error
  } finally {
    database.close()
  }
}

/** The first row of a query, read beside the service: opening the project would take its write lock. */
export function readRow<T>(folder: string, sql: string, ...parameters: number[]): T {
  const database = new Database(path.join(folder, 'project.db'), { readonly: true })
  try {
    return database.prepare<number[], T>(sql).get(...parameters) as T
  } finally {
    database.close()
  }
}

function withDatabase(folder: string, work: (database: Database.Database) => unknown): void {
  const database = new Database(path.join(folder, 'project.db'))
  try {
    work(database)
  } finally {
    database.close()
  }
}
