import path from 'node:path'
import type { Split } from '../dataset/label.ts'
import type { ReadConnection, WriteConnection } from './connection.ts'
import { defaultPageSize, pageOf, type Page, type PageRequest } from './page.ts'

export interface Image {
  readonly id: number
  /** SHA-256 of the file, lower-case hex. */
  readonly sha256: string
  /** 64-bit difference hash. */
  readonly dHash: bigint
  /** Upright pixels. */
  readonly width: number
  readonly height: number
  /** Absolute path of the picture. */
  readonly file: string
  readonly copied: boolean
  readonly split: Split | null
}

export interface NewImage {
  readonly sha256: string
  readonly dHash: bigint
  readonly width: number
  readonly height: number
  /** Absolute; a file inside the project's folder counts as copied and is stored relative to it. */
  readonly file: string
  readonly split: Split | null
}

export interface ImageSource {
  readonly source: number
  /** Relative to the source's folder. */
  readonly path: string
  readonly split: Split | null
}

interface ImageRow {
  readonly id: number
  readonly sha256: Buffer
  readonly dhash: Buffer
  readonly width: number
  readonly height: number
  readonly path: string
  readonly copied: number
  readonly split: Split | null
}

const columns = 'id, sha256, dhash, width, height, path, copied, split'

export class ImageReader {
  protected readonly connection: ReadConnection
  protected readonly folder: string

  /** `folder`: the project's. */
  constructor(connection: ReadConnection, folder: string) {
    this.connection = connection
    this.folder = folder
  }

  get(id: number): Image | undefined {
    return this.#image(this.connection.get<ImageRow>(`SELECT ${columns} FROM image WHERE id = ?`, id))
  }

  findByHash(sha256: string): Image | undefined {
    return this.#image(
      this.connection.get<ImageRow>(`SELECT ${columns} FROM image WHERE sha256 = ?`, Buffer.from(sha256, 'hex')),
    )
  }

  /** By id, ascending; `after` is an image id. */
  list({ after = 0, limit = defaultPageSize }: PageRequest = {}): Page<Image> {
    const rows = this.connection.all<ImageRow>(
      `SELECT ${columns} FROM image WHERE id > ? ORDER BY id LIMIT ?`,
      after,
      limit + 1,
    )
    return pageOf(
      rows.map((row) => imageOf(row, this.folder)),
      limit,
      (image) => image.id,
    )
  }

  /** Sources that have the image, in the order of import. */
  sourcesOf(id: number): ImageSource[] {
    return this.connection.all<ImageSource>(
      'SELECT source_id AS source, path, split FROM image_source WHERE image_id = ? ORDER BY source_id, path',
      id,
    )
  }

  count(): number {
    return this.connection.one<{ count: number }>('SELECT count(*) AS count FROM image').count
  }

  #image(row: ImageRow | undefined): Image | undefined {
    return row && imageOf(row, this.folder)
  }
}

export class ImageWriter extends ImageReader {
  readonly #connection: WriteConnection

  constructor(connection: WriteConnection, folder: string) {
    super(connection, folder)
    this.#connection = connection
  }

  insert(image: NewImage): number {
    const place = this.#place(image.file)
    return this.#connection.run(
      'INSERT INTO image (sha256, dhash, width, height, path, copied, split) VALUES (?, ?, ?, ?, ?, ?, ?)',
      Buffer.from(image.sha256, 'hex'),
      dHashBytes(image.dHash),
      image.width,
      image.height,
      place.path,
      place.copied,
      image.split,
    ).lastInsertRowid
  }

  /** Notes that a source has the image under `path`; false when that was known. */
  addSource(id: number, source: ImageSource): boolean {
    const { changes } = this.#connection.run(
      'INSERT OR IGNORE INTO image_source (source_id, path, image_id, split) VALUES (?, ?, ?, ?)',
      source.source,
      source.path,
      id,
      source.split,
    )
    return changes > 0
  }

  setSplit(id: number, split: Split | null): void {
    this.#connection.run('UPDATE image SET split = ? WHERE id = ?', split, id)
  }

  setFile(id: number, file: string): void {
    const place = this.#place(file)
    this.#connection.run('UPDATE image SET path = ?, copied = ? WHERE id = ?', place.path, place.copied, id)
  }

  delete(id: number): void {
    this.#connection.run('DELETE FROM image WHERE id = ?', id)
  }

  #place(file: string): { path: string; copied: number } {
    const relative = path.relative(this.folder, file)
    const inside = relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative)
    return inside ? { path: relative.split(path.sep).join('/'), copied: 1 } : { path: path.resolve(file), copied: 0 }
  }
}

function imageOf(row: ImageRow, folder: string): Image {
  return {
    id: row.id,
    sha256: row.sha256.toString('hex'),
    dHash: row.dhash.readBigUInt64BE(),
    width: row.width,
    height: row.height,
    file: row.copied === 1 ? path.join(folder, row.path) : row.path,
    copied: row.copied === 1,
    split: row.split,
  }
}

export function dHashBytes(dHash: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt.asUintN(64, dHash))
  return bytes
}
