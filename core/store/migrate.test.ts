import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openWriteConnection, type WriteConnection } from './connection.ts'
import { applicationId, migrate } from './migrate.ts'
import { migrations } from './migrations/all.ts'
import type { Migration } from './migrations/migration.ts'

let folder: string
let connection: WriteConnection
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mend-migrate-'))
  connection = openWriteConnection(path.join(folder, 'project.db'))
})
afterEach(() => {
  connection.close()
  rmSync(folder, { recursive: true, force: true })
})

const version = (): number => connection.one<{ user_version: number }>('PRAGMA user_version').user_version

describe('migrating a database', () => {
  test('an empty one gets the newest schema and the application id', () => {
    migrate(connection, migrations, 'project.db')
    expect(version()).toBe(migrations.length)
    expect(connection.one<{ application_id: number }>('PRAGMA application_id').application_id).toBe(applicationId)
  })

  test('versions count from 1 without gaps, and every table is STRICT', () => {
    expect(migrations.map((migration) => migration.version)).toEqual(migrations.map((_, index) => index + 1))
    migrate(connection, migrations, 'project.db')
    const loose = connection.all(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
    )
    expect(loose).toEqual([])
  })

  test('a later step runs once on the rows that are there', () => {
    migrate(connection, migrations, 'project.db')
    connection.run(
      "INSERT INTO source (name, format, folder, mapping, report, imported_at) VALUES ('a', 'f', '', '{}', '{}', '')",
    )
    const next: Migration = {
      version: migrations.length + 1,
      title: 'test',
      sql: "ALTER TABLE source ADD COLUMN note TEXT NOT NULL DEFAULT ''; UPDATE source SET note = name || '!';",
    }
    migrate(connection, [...migrations, next], 'project.db')
    migrate(connection, [...migrations, next], 'project.db')
    expect(connection.all('SELECT name, note FROM source')).toEqual([{ name: 'a', note: 'a!' }])
    expect(version()).toBe(migrations.length + 1)
  })

  test('a step that fails changes nothing', () => {
    migrate(connection, migrations, 'project.db')
    const broken: Migration = {
      version: migrations.length + 1,
      title: 'test',
      sql: 'CREATE TABLE extra (a INTEGER); SELECT nonsense;',
    }
    expect(() => {
      migrate(connection, [...migrations, broken], 'project.db')
    }).toThrow('nonsense')
    expect(version()).toBe(migrations.length)
    expect(connection.all("SELECT 1 FROM sqlite_schema WHERE name = 'extra'")).toEqual([])
  })

  test('a schema of a newer version is refused with what to do', () => {
    connection.script(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = 99`)
    expect(() => {
      migrate(connection, migrations, 'project.db')
    }).toThrow(
      expect.objectContaining({ code: 'project-too-new', message: expect.stringContaining('schema 99') as string }),
    )
  })

  test("another program's database is refused and left alone", () => {
    connection.script('CREATE TABLE theirs (a INTEGER)')
    expect(() => {
      migrate(connection, migrations, 'project.db')
    }).toThrow(expect.objectContaining({ code: 'not-a-project' }))
    expect(connection.all('SELECT name FROM sqlite_schema')).toEqual([{ name: 'theirs' }])
  })
})
