import Database from 'better-sqlite3'
import { closeSync, openSync, readSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { SkippedRecord } from '../../dataset/record.ts'
import { type Fields, optionalId, parseFields } from './fields.ts'
import { type FileSummary, summarise } from './summary.ts'

/** More annotations of one image than this are passed over: they are held together. */
const maxAnnotationsPerImage = 10_000

interface Place {
  readonly at: number
  readonly bytes: number
}

interface PositionedFields {
  readonly offset: number
  readonly fields: Fields
}

function openScratch(folder: string): Database.Database {
  const scratch = new Database(path.join(folder, 'index.db'))
  scratch.pragma('journal_mode = OFF')
  scratch.pragma('synchronous = OFF')
  scratch.pragma('locking_mode = EXCLUSIVE')
  scratch.pragma('cache_size = -16384')
  scratch.exec(`
    CREATE TABLE image (ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, bytes INTEGER NOT NULL);
    CREATE TABLE annotation (
      image TEXT NOT NULL, at INTEGER NOT NULL, bytes INTEGER NOT NULL, id TEXT UNIQUE, PRIMARY KEY (image, at)
    ) WITHOUT ROWID;
    CREATE TABLE problem (reason TEXT NOT NULL, place TEXT NOT NULL, detail TEXT NOT NULL);
  `)
  return scratch
}

/**
 * Where each image and each of its annotations lies in a COCO file. Annotations may precede the images and come in any
 * order, so one pass notes (image, byte range) in a scratch SQLite file outside the heap, and reading an image fetches
 * its own ranges: memory does not grow with the file.
 */
export class AnnotationIndex {
  readonly summary: FileSummary
  readonly #folder: string
  readonly #scratch: Database.Database
  readonly #file: number
  readonly #imageAt: Database.Statement<[number], Place & { readonly id: string; readonly ordinal: number }>
  readonly #annotationsOf: Database.Statement<[string, number], Place>

  private constructor(summary: FileSummary, folder: string, scratch: Database.Database, file: number) {
    this.summary = summary
    this.#folder = folder
    this.#scratch = scratch
    this.#file = file
    this.#imageAt = scratch.prepare(
      'SELECT ordinal, id, at, bytes FROM image WHERE ordinal > ? ORDER BY ordinal LIMIT 1',
    )
    this.#annotationsOf = scratch.prepare('SELECT at, bytes FROM annotation WHERE image = ? ORDER BY at LIMIT ?')
  }

  /** @throws MendError as `summarise`. The caller closes the index. */
  static async build(file: string, name: string, signal?: AbortSignal): Promise<AnnotationIndex> {
    const folder = await mkdtemp(path.join(tmpdir(), 'mend-coco-'))
    let scratch: Database.Database | null = null
    try {
      scratch = openScratch(folder)
      const summary = await fillIndex(scratch, file, name, signal)
      return new AnnotationIndex(summary, folder, scratch, openSync(file, 'r'))
    } catch (error) {
      scratch?.close()
      await rm(folder, { recursive: true, force: true })
      throw error
    }
  }

  async close(): Promise<void> {
    closeSync(this.#file)
    this.#scratch.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** Entries that no image's reading will meet: damaged ones, repeated ids, annotations of unknown images. */
  *problems(name: string): Generator<SkippedRecord> {
    for (const row of this.#page<{ reason: string; place: string; detail: string; rowid: number }>(
      'SELECT rowid, reason, place, detail FROM problem WHERE rowid > ? ORDER BY rowid LIMIT 500',
      0,
      (last) => last.rowid,
    )) {
      yield { type: 'skipped', reason: row.reason, where: row.place, detail: row.detail }
    }
    const orphans = this.#scratch.prepare<[], { image: string; count: number; first: number }>(
      `SELECT image, count(*) AS count, min(at) AS first FROM annotation
       WHERE image NOT IN (SELECT id FROM image) GROUP BY image`,
    )
    for (const { image, count, first } of orphans.iterate()) {
      const detail = `${count} annotations of image ${image}, which the file does not list`
      yield { type: 'skipped', reason: 'image-unknown', where: `${name}: byte ${first}`, detail }
    }
  }

  *#page<T>(sql: string, start: number, next: (last: T) => number): Generator<T> {
    const statement = this.#scratch.prepare<[number], T>(sql)
    for (let after = start, rows = statement.all(after); rows.length > 0; rows = statement.all(after)) {
      yield* rows
      after = next(rows[rows.length - 1])
    }
  }

  /** The images in the order of the file. */
  *images(): Generator<PositionedFields & { readonly id: string }> {
    for (let row = this.#imageAt.get(-1); row !== undefined; row = this.#imageAt.get(row.ordinal)) {
      yield { id: row.id, offset: row.at, fields: this.#fetch(row) }
    }
  }

  /** The annotations of an image in the order of the file, and whether there were too many to give them all. */
  annotationsOf(image: string): { readonly annotations: readonly PositionedFields[]; readonly cut: boolean } {
    const places = this.#annotationsOf.all(image, maxAnnotationsPerImage + 1)
    const cut = places.length > maxAnnotationsPerImage
    const kept = cut ? places.slice(0, maxAnnotationsPerImage) : places
    return { annotations: kept.map((place) => ({ offset: place.at, fields: this.#fetch(place) })), cut }
  }

  #fetch(place: Place): Fields {
    const bytes = Buffer.allocUnsafe(place.bytes)
    readSync(this.#file, bytes, 0, place.bytes, place.at)
    return parseFields(bytes)
  }
}

/** The pass that fills the scratch tables. */
async function fillIndex(
  scratch: Database.Database,
  file: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<FileSummary> {
  const addImage = scratch.prepare('INSERT OR IGNORE INTO image (ordinal, id, at, bytes) VALUES (?, ?, ?, ?)')
  const addAnnotation = scratch.prepare('INSERT OR IGNORE INTO annotation (image, at, bytes, id) VALUES (?, ?, ?, ?)')
  const addProblem = scratch.prepare('INSERT INTO problem (reason, place, detail) VALUES (?, ?, ?)')
  let ordinal = 0
  scratch.exec('BEGIN')
  const summary = await summarise(
    file,
    (entry, fields, problem) => {
      if (entry.key === 'categories') return
      const kind = entry.key === 'images' ? 'image' : 'annotation'
      const place = `${name}: byte ${entry.offset}`
      if (fields === null) {
        addProblem.run(`${kind}-corrupt`, place, problem)
        return
      }
      const id = optionalId(fields, 'id')
      const image = kind === 'image' ? id : optionalId(fields, 'image_id')
      if (image === null) {
        addProblem.run(`${kind}-corrupt`, place, kind === 'image' ? 'no "id"' : 'no "image_id"')
        return
      }
      const added =
        kind === 'image'
          ? addImage.run(ordinal++, image, entry.offset, entry.bytes.length)
          : addAnnotation.run(image, entry.offset, entry.bytes.length, id)
      if (added.changes === 0) addProblem.run('duplicate-id', place, `${kind} ${id ?? ''} is there twice`)
    },
    signal,
  )
  scratch.exec('COMMIT')
  return summary
}
