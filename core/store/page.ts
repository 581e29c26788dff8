/** Keyset paging: rows after `after` (exclusive; missing: from the start), at most `limit` (1000 when missing). */
export interface PageRequest {
  readonly after?: number
  readonly limit?: number
}

export interface Page<T> {
  readonly items: readonly T[]
  /** What to pass as `after` for the next page; null: this was the last. */
  readonly next: number | null
}

export const defaultPageSize = 1000

/** `rows` were asked for with one more than `limit`, which tells whether there is a next page. */
export function pageOf<T>(rows: readonly T[], limit: number, keyOf: (item: T) => number): Page<T> {
  if (rows.length <= limit) return { items: rows, next: null }
  const items = rows.slice(0, limit)
  return { items, next: keyOf(items[limit - 1]) }
}
