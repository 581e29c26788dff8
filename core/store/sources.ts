import { MendError } from '../dataset/mendError.ts'
import type { ReadConnection, WriteConnection } from './connection.ts'

export interface Source {
  readonly id: number
  readonly name: string
  readonly format: string
  readonly folder: string
  /** ISO 8601, UTC. */
  readonly importedAt: string
}

export interface SourceSummary extends Source {
  readonly images: number
  readonly people: number
  /** Task → labels with a value that came from this source. */
  readonly labels: Readonly<Record<string, number>>
}

export interface NewSource {
  readonly name: string
  readonly format: string
  readonly folder: string
  readonly mapping: unknown
  readonly report: unknown
}

const columns = 'id, name, format, folder, imported_at AS importedAt'

export class SourceReader {
  protected readonly connection: ReadConnection

  constructor(connection: ReadConnection) {
    this.connection = connection
  }

  get(id: number): Source | undefined {
    return this.connection.get<Source>(`SELECT ${columns} FROM source WHERE id = ?`, id)
  }

  find(name: string): Source | undefined {
    return this.connection.get<Source>(`SELECT ${columns} FROM source WHERE name = ?`, name)
  }

  all(): Source[] {
    return this.connection.all<Source>(`SELECT ${columns} FROM source ORDER BY id`)
  }

  /** All sources, in the order of import, with what they brought and still have. */
  summaries(): SourceSummary[] {
    const labels = this.connection.all<{ source: number; task: string; count: number }>(
      `SELECT label.source_id AS source, task.name AS task, count(*) AS count
       FROM label JOIN task ON task.id = label.task_id
       WHERE label.source_id IS NOT NULL AND label.state <> 'unlabelled'
       GROUP BY label.source_id, label.task_id ORDER BY task.id`,
    )
    const sources = this.connection.all<Omit<SourceSummary, 'labels'>>(
      `SELECT ${columns},
         (SELECT count(DISTINCT image_id) FROM image_source WHERE source_id = source.id) AS images,
         (SELECT count(*) FROM person_source WHERE source_id = source.id) AS people
       FROM source ORDER BY id`,
    )
    return sources.map((source) => ({
      ...source,
      labels: Object.fromEntries(labels.filter((row) => row.source === source.id).map((row) => [row.task, row.count])),
    }))
  }

  /** The mapping and the report of the import, as they were stored. */
  documents(id: number): { mapping: unknown; report: unknown } | undefined {
    const row = this.connection.get<{ mapping: string; report: string }>(
      'SELECT mapping, report FROM source WHERE id = ?',
      id,
    )
    return row && { mapping: JSON.parse(row.mapping) as unknown, report: JSON.parse(row.report) as unknown }
  }

  /** As `documents`. Throws `source-unknown`. */
  requireDocuments(id: number): { mapping: unknown; report: unknown } {
    const documents = this.documents(id)
    if (documents !== undefined) return documents
    throw new MendError('source-unknown', `there is no source ${id}`, 'List them with `mend sources PROJECT`.')
  }
}

export class SourceWriter extends SourceReader {
  readonly #connection: WriteConnection

  constructor(connection: WriteConnection) {
    super(connection)
    this.#connection = connection
  }

  /** The new source's id. Names are unique within a project (`freeName` finds one). */
  insert(source: NewSource): number {
    return this.#connection.run(
      'INSERT INTO source (name, format, folder, mapping, report, imported_at) VALUES (?, ?, ?, ?, ?, ?)',
      source.name,
      source.format,
      source.folder,
      JSON.stringify(source.mapping),
      JSON.stringify(source.report),
      new Date().toISOString(),
    ).lastInsertRowid
  }

  setReport(id: number, report: unknown): void {
    this.#connection.run('UPDATE source SET report = ? WHERE id = ?', JSON.stringify(report), id)
  }

  delete(id: number): void {
    this.#connection.run('DELETE FROM source WHERE id = ?', id)
  }
}

/** `wanted`, or `wanted-2`, `wanted-3` … : the first name that no source has. */
export function freeSourceName(sources: SourceReader, wanted: string): string {
  let name = wanted
  for (let next = 2; sources.find(name) !== undefined; next++) name = `${wanted}-${next}`
  return name
}
