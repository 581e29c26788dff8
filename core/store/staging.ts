import Database from 'better-sqlite3'
import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Box, LabelOrigin, LabelState, Split } from '../dataset/label.ts'
import { WriteConnection } from './connection.ts'
import { dHashBytes } from './images.ts'

const schema = `
CREATE TABLE record (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL,
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  dhash BLOB NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  split TEXT
) STRICT;
CREATE INDEX record_sha256 ON record (sha256, id);
CREATE TABLE person (
  id INTEGER PRIMARY KEY,
  record_id INTEGER NOT NULL REFERENCES record (id),
  key TEXT,
  box TEXT
) STRICT;
CREATE INDEX person_record ON person (record_id, id);
CREATE TABLE label (
  person_id INTEGER NOT NULL REFERENCES person (id),
  task TEXT NOT NULL,
  state TEXT NOT NULL,
  origin TEXT NOT NULL,
  bundle_source TEXT,
  value BLOB,
  PRIMARY KEY (person_id, task)
) STRICT;
CREATE TABLE revision (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL,
  task TEXT NOT NULL,
  at TEXT NOT NULL, author TEXT NOT NULL, reason TEXT NOT NULL, origin TEXT NOT NULL, state TEXT NOT NULL,
  value BLOB
) STRICT;
CREATE INDEX revision_label ON revision (person_id, task, id);
`

export interface StagedRevision {
  readonly at: string
  readonly by: string
  readonly why: string
  readonly origin: LabelOrigin
  readonly state: LabelState
  /** Encoded. */
  readonly value: Uint8Array | null
}

export interface StagedLabel {
  /** Name in the project. */
  readonly task: string
  readonly state: LabelState
  readonly origin: LabelOrigin
  readonly bundleSource: string | null
  /** Encoded. */
  readonly value: Uint8Array | null
  readonly revisions: readonly StagedRevision[]
}

export interface StagedPerson {
  readonly key: string | null
  readonly box: Box | null
  readonly labels: readonly StagedLabel[]
}

export interface StagedRecord {
  /** As the source names it. */
  readonly path: string
  /** Absolute. */
  readonly file: string
  readonly sha256: string
  readonly dHash: bigint
  readonly width: number
  readonly height: number
  readonly split: Split | null
  readonly people: readonly StagedPerson[]
}

interface RecordRow {
  readonly id: number
  readonly path: string
  readonly file: string
  readonly sha256: string
  readonly dhash: Buffer
  readonly width: number
  readonly height: number
  readonly split: Split | null
}

/**
 * An import being planned: what the source says, already in the project's words, in a database file of its own, so that
 * memory does not grow with the source and the project is untouched until it is applied. The process that plans holds
 * the file's lock: a file whose lock is free was left by a crash.
 */
export class Staging {
  readonly file: string
  readonly #connection: WriteConnection

  /** A new file in `folder`. */
  constructor(folder: string)
  /** The file that another thread of this process made and has released. */
  constructor(folder: null, file: string)
  constructor(folder: string | null, file?: string) {
    if (folder !== null) mkdirSync(folder, { recursive: true })
    this.file = file ?? path.join(folder ?? '', `import-${randomUUID()}.db`)
    const database = new Database(this.file, { fileMustExist: file !== undefined })
    database.pragma('locking_mode = EXCLUSIVE')
    database.pragma('journal_mode = MEMORY')
    database.pragma('synchronous = OFF')
    this.#connection = new WriteConnection(database)
    if (file === undefined) this.#connection.script(schema)
  }

  add(record: StagedRecord): void {
    this.#connection.transaction(() => {
      const recordId = this.#connection.run(
        'INSERT INTO record (path, file, sha256, dhash, width, height, split) VALUES (?, ?, ?, ?, ?, ?, ?)',
        record.path,
        record.file,
        record.sha256,
        dHashBytes(record.dHash),
        record.width,
        record.height,
        record.split,
      ).lastInsertRowid
      for (const person of record.people) this.#addPerson(recordId, person)
    })
  }

  /** Distinct contents, in the order in which the source first names them; `after` counts from 0. */
  *hashes(): Generator<string> {
    let last = 0
    for (;;) {
      const rows = this.#connection.all<{ sha256: string; id: number }>(
        `SELECT sha256, id FROM record AS this WHERE id > ? AND NOT EXISTS
           (SELECT 1 FROM record WHERE sha256 = this.sha256 AND id < this.id) ORDER BY id LIMIT 500`,
        last,
      )
      if (rows.length === 0) return
      for (const row of rows) yield row.sha256
      last = rows[rows.length - 1].id
    }
  }

  /** Makes every record of one content count as one of another. */
  join(sha256: string, into: string): void {
    this.#connection.run('UPDATE record SET sha256 = ? WHERE sha256 = ?', into, sha256)
  }

  countImages(): number {
    return this.#connection.one<{ count: number }>('SELECT count(DISTINCT sha256) AS count FROM record').count
  }

  /** The first record of a content without its people. */
  picture(sha256: string): Omit<StagedRecord, 'people'> {
    const { dhash, ...row } = this.#connection.one<Omit<RecordRow, 'id'>>(
      `SELECT path, file, sha256, dhash, width, height, split FROM record
       WHERE sha256 = ? ORDER BY id LIMIT 1`,
      sha256,
    )
    return { ...row, dHash: dhash.readBigUInt64BE() }
  }

  /** Every record of one content, in the source's order. */
  records(sha256: string): StagedRecord[] {
    return this.#connection
      .all<RecordRow>('SELECT * FROM record WHERE sha256 = ? ORDER BY id', sha256)
      .map(({ id, dhash, ...row }) => ({ ...row, dHash: dhash.readBigUInt64BE(), people: this.#people(id) }))
  }

  /** Closes the file without deleting it, so that another thread can open it; `discard` still deletes it. */
  release(): void {
    this.#connection.close()
  }

  /** Closes and deletes the file. */
  discard(): void {
    this.#connection.close()
    rmSync(this.file, { force: true })
  }

  #addPerson(recordId: number, person: StagedPerson): void {
    const personId = this.#connection.run(
      'INSERT INTO person (record_id, key, box) VALUES (?, ?, ?)',
      recordId,
      person.key,
      person.box === null ? null : JSON.stringify(person.box),
    ).lastInsertRowid
    for (const label of person.labels) {
      this.#connection.run(
        'INSERT INTO label (person_id, task, state, origin, bundle_source, value) VALUES (?, ?, ?, ?, ?, ?)',
        personId,
        label.task,
        label.state,
        label.origin,
        label.bundleSource,
        label.value,
      )
      for (const revision of label.revisions) {
        this.#connection.run(
          `INSERT INTO revision (person_id, task, at, author, reason, origin, state, value)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          personId,
          label.task,
          revision.at,
          revision.by,
          revision.why,
          revision.origin,
          revision.state,
          revision.value,
        )
      }
    }
  }

  #people(recordId: number): StagedPerson[] {
    const people = this.#connection.all<{ id: number; key: string | null; box: string | null }>(
      'SELECT id, key, box FROM person WHERE record_id = ? ORDER BY id',
      recordId,
    )
    return people.map(({ id, key, box }) => ({
      key,
      box: box === null ? null : (JSON.parse(box) as Box),
      labels: this.#connection
        .all<Omit<StagedLabel, 'revisions'>>(
          'SELECT task, state, origin, bundle_source AS bundleSource, value FROM label WHERE person_id = ? ORDER BY rowid',
          id,
        )
        .map((label) => ({
          ...label,
          revisions: this.#connection.all<StagedRevision>(
            `SELECT at, author AS by, reason AS why, origin, state, value FROM revision
             WHERE person_id = ? AND task = ? ORDER BY id`,
            id,
            label.task,
          ),
        })),
    }))
  }
}

/** Where a picture that is copied into a project lies: `images/ab/abcd….jpg`. */
export function copiedPicture(imagesFolder: string, sha256: string, file: string): string {
  return path.join(imagesFolder, sha256.slice(0, 2), sha256 + path.extname(file).toLowerCase())
}

/** Pictures of an abandoned staging file, for sweeping their copies; none where the file cannot be read any more. */
export function abandonedPictures(stagingFile: string): { sha256: string; file: string }[] {
  let database: Database.Database | undefined
  try {
    database = new Database(stagingFile, { readonly: true, fileMustExist: true })
    return database.prepare<[], { sha256: string; file: string }>('SELECT DISTINCT sha256, file FROM record').all()
  } catch (error) {
    // Killed while it was being made: nothing had been copied yet.
    if (error instanceof Database.SqliteError) return []
    throw error
  } finally {
    database?.close()
  }
}

/** Whether nobody holds the lock of a staging file any more. */
export function isStagingAbandoned(file: string): boolean {
  let database: Database.Database | undefined
  try {
    database = new Database(file, { timeout: 0, fileMustExist: true })
    database.exec('BEGIN EXCLUSIVE; COMMIT')
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY'))
  } finally {
    database?.close()
  }
}
