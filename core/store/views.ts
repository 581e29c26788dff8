import { MendError } from '../dataset/mendError.ts'
import type { ReadConnection, WriteConnection } from './connection.ts'

export interface StoredView {
  readonly id: number
  readonly name: string
  readonly query: unknown
  readonly createdAt: string
}

/** Saved views, by name. */
export function listViews(connection: ReadConnection): StoredView[] {
  return connection
    .all<{ id: number; name: string; query: string; createdAt: string }>(
      'SELECT id, name, query, created_at AS createdAt FROM saved_view ORDER BY name COLLATE NOCASE, id',
    )
    .map((row) => ({ ...row, query: JSON.parse(row.query) as unknown }))
}

/** Keeps a view under a name, in place of one of the same name. */
export function saveView(connection: WriteConnection, name: string, query: unknown): StoredView {
  connection.run(
    `INSERT INTO saved_view (name, query, created_at) VALUES (?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET query = excluded.query`,
    name,
    JSON.stringify(query),
    new Date().toISOString(),
  )
  const saved = listViews(connection).find((view) => view.name === name)
  if (saved === undefined) throw new Error(`view ${name} was not kept`)
  return saved
}

/** @throws MendError `view-unknown` */
export function deleteView(connection: WriteConnection, id: number): void {
  if (connection.run('DELETE FROM saved_view WHERE id = ?', id).changes > 0) return
  throw new MendError('view-unknown', `there is no view ${id}`, 'List the views again: it may be deleted already.')
}
