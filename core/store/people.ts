import type { Box, LabelOrigin } from '../dataset/label.ts'
import type { ReadConnection, WriteConnection } from './connection.ts'
import { defaultPageSize, pageOf, type Page, type PageRequest } from './page.ts'

export interface Person {
  readonly id: number
  readonly image: number
  readonly box: Box | null
  readonly boxOrigin: LabelOrigin
}

export interface PersonSource {
  readonly source: number
  /** The source's own id of the person. */
  readonly key: string | null
  readonly box: Box | null
}

interface BoxColumns {
  readonly x: number | null
  readonly y: number | null
  readonly width: number | null
  readonly height: number | null
}

interface PersonRow extends BoxColumns {
  readonly id: number
  readonly image: number
  readonly boxOrigin: LabelOrigin
}

const columns = 'id, image_id AS image, x, y, width, height, box_origin AS boxOrigin'

export class PersonReader {
  protected readonly connection: ReadConnection

  constructor(connection: ReadConnection) {
    this.connection = connection
  }

  get(id: number): Person | undefined {
    const row = this.connection.get<PersonRow>(`SELECT ${columns} FROM person WHERE id = ?`, id)
    return row && personOf(row)
  }

  ofImage(image: number): Person[] {
    return this.connection
      .all<PersonRow>(`SELECT ${columns} FROM person WHERE image_id = ? ORDER BY id`, image)
      .map(personOf)
  }

  /** By id, ascending; `after` is a person id. */
  list({ after = 0, limit = defaultPageSize }: PageRequest = {}): Page<Person> {
    const rows = this.connection.all<PersonRow>(
      `SELECT ${columns} FROM person WHERE id > ? ORDER BY id LIMIT ?`,
      after,
      limit + 1,
    )
    return pageOf(rows.map(personOf), limit, (person) => person.id)
  }

  /** Sources that know the person, in the order of import. */
  sourcesOf(id: number): PersonSource[] {
    return this.connection
      .all<BoxColumns & { source: number; key: string | null }>(
        `SELECT source_id AS source, key, x, y, width, height FROM person_source
         WHERE person_id = ? ORDER BY source_id`,
        id,
      )
      .map((row) => ({ source: row.source, key: row.key, box: boxOf(row) }))
  }

  count(): number {
    return this.connection.one<{ count: number }>('SELECT count(*) AS count FROM person').count
  }
}

export class PersonWriter extends PersonReader {
  readonly #connection: WriteConnection

  constructor(connection: WriteConnection) {
    super(connection)
    this.#connection = connection
  }

  insert(person: { readonly image: number; readonly box: Box | null; readonly boxOrigin?: LabelOrigin }): number {
    return this.#connection.run(
      'INSERT INTO person (image_id, x, y, width, height, box_origin) VALUES (?, ?, ?, ?, ?, ?)',
      person.image,
      ...boxColumns(person.box),
      person.boxOrigin ?? 'imported',
    ).lastInsertRowid
  }

  /** Notes that a source knows the person; a second record of the same source only adds what was missing. */
  addSource(id: number, source: PersonSource): void {
    this.#connection.run(
      `INSERT INTO person_source (source_id, person_id, key, x, y, width, height) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (source_id, person_id) DO UPDATE SET
         key = coalesce(key, excluded.key),
         x = coalesce(x, excluded.x), y = coalesce(y, excluded.y),
         width = coalesce(width, excluded.width), height = coalesce(height, excluded.height)`,
      source.source,
      id,
      source.key,
      ...boxColumns(source.box),
    )
  }

  setBox(id: number, box: Box | null, origin: LabelOrigin): void {
    this.#connection.run(
      'UPDATE person SET x = ?, y = ?, width = ?, height = ?, box_origin = ? WHERE id = ?',
      ...boxColumns(box),
      origin,
      id,
    )
  }

  delete(id: number): void {
    this.#connection.run('DELETE FROM person WHERE id = ?', id)
  }
}

function boxColumns(box: Box | null): [number | null, number | null, number | null, number | null] {
  return box === null ? [null, null, null, null] : [box.x, box.y, box.width, box.height]
}

function boxOf(row: BoxColumns): Box | null {
  const { x, y, width, height } = row
  return x === null || y === null || width === null || height === null ? null : { x, y, width, height }
}

function personOf(row: PersonRow): Person {
  return { id: row.id, image: row.image, box: boxOf(row), boxOrigin: row.boxOrigin }
}
