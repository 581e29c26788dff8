import { MendError } from '../dataset/mendError.ts'
import type { WriteConnection } from './connection.ts'
import type { Migration } from './migrations/migration.ts'

/** "MEND": tells a project's database from any other SQLite file. */
export const applicationId = 0x4d454e44

/**
 * Brings a database to the newest version, each step in a transaction of its own. `file` is for messages.
 * Throws `not-a-project` for another program's database and `project-too-new` for one that a later version wrote.
 */
export function migrate(connection: WriteConnection, migrations: readonly Migration[], file: string): void {
  const { application_id: found } = connection.one<{ application_id: number }>('PRAGMA application_id')
  const { user_version: version } = connection.one<{ user_version: number }>('PRAGMA user_version')
  const { tables } = connection.one<{ tables: number }>('SELECT count(*) AS tables FROM sqlite_schema')
  if (found !== applicationId && (found !== 0 || version !== 0 || tables !== 0)) {
    throw new MendError(
      'not-a-project',
      `${file} is not the database of a project (application id ${found})`,
      'Name a folder that `mend init` made.',
    )
  }
  const newest = migrations.at(-1)?.version ?? 0
  if (version > newest) {
    throw new MendError(
      'project-too-new',
      `${file} has schema ${version}; this version knows up to ${newest}`,
      'Open it with the version of Mend Studio that wrote it, or a newer one.',
    )
  }
  for (const migration of migrations) {
    if (migration.version <= version) continue
    if (migration.remakesTables) withoutForeignKeys(connection, () => apply(connection, migration))
    else apply(connection, migration)
  }
}

function apply(connection: WriteConnection, migration: Migration): void {
  connection.transaction(() => {
    connection.script(migration.sql)
    if (migration.remakesTables) {
      const broken = connection.all<{ table: string }>('PRAGMA foreign_key_check')
      if (broken.length > 0)
        throw new Error(`${migration.title}: ${broken.length} rows of ${broken[0].table} refer to nothing`)
    }
    connection.script(`PRAGMA user_version = ${migration.version}; PRAGMA application_id = ${applicationId};`)
  })
}

/** SQLite turns them off only outside transactions. */
function withoutForeignKeys(connection: WriteConnection, work: () => void): void {
  connection.script('PRAGMA foreign_keys = OFF')
  try {
    work()
  } finally {
    connection.script('PRAGMA legacy_alter_table = OFF; PRAGMA foreign_keys = ON')
  }
}
