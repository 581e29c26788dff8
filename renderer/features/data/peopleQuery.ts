import type { BrowseFacets, PeopleQuery } from '../../../core/api/browse.ts'
import { useRemembered } from '../../stores/remembered.ts'

export function emptyQuery(): PeopleQuery {
  return { unit: 'people', filter: { text: '', values: {}, ranges: {} }, sort: { by: 'id', descending: false } }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isQuery(value: unknown): value is PeopleQuery {
  if (!isRecord(value) || !isRecord(value['filter']) || !isRecord(value['sort'])) return false
  const { filter, sort, unit } = value
  const knownUnit = unit === 'people' || unit === 'images'
  return (
    knownUnit &&
    typeof filter['text'] === 'string' &&
    isRecord(filter['values']) &&
    isRecord(filter['ranges']) &&
    typeof sort['by'] === 'string'
  )
}

/** What the Data screen shows of the open project; the editor's filmstrip goes through the same list. */
export function usePeopleQuery() {
  return useRemembered<PeopleQuery>('data.query', emptyQuery, { accepts: isQuery })
}

/** The filter with a value chosen, or no longer. */
export function withValue(query: PeopleQuery, facet: string, value: string, chosen: boolean): PeopleQuery {
  const now = query.filter.values[facet] ?? []
  const next = chosen ? [...now.filter((one) => one !== value), value] : now.filter((one) => one !== value)
  const { [facet]: _former, ...others } = query.filter.values
  const values = next.length === 0 ? others : { ...others, [facet]: next }
  return { ...query, filter: { ...query.filter, values } }
}

/** The filter with a facet's values replaced; none: without it. */
export function withValues(query: PeopleQuery, facet: string, chosen: readonly string[]): PeopleQuery {
  const { [facet]: _former, ...others } = query.filter.values
  const values = chosen.length === 0 ? others : { ...others, [facet]: [...chosen] }
  return { ...query, filter: { ...query.filter, values } }
}

/**
 * The query with a cell of the coverage matrix chosen: people of a source with or without a label of a task; without it
 * where it was chosen already.
 */
export function withCell(
  query: PeopleQuery,
  tasks: readonly string[],
  { source, task, annotated }: { readonly source: string; readonly task: string; readonly annotated: boolean },
): PeopleQuery {
  const chosen = query.filter.values
  const facet = `task:${task}`
  const picked = chosen['source']?.length === 1 && chosen['source'][0] === source && facet in chosen
  const states = annotated ? ['labelled', 'verified', 'rejected'] : ['none']
  const others = tasks.reduce((now, other) => withValues(now, `task:${other}`, []), query)
  return withValues(withValues(others, 'source', picked ? [] : [source]), facet, picked ? [] : states)
}

export function withRange(query: PeopleQuery, field: string, range: readonly [number, number] | null): PeopleQuery {
  const { [field]: _former, ...others } = query.filter.ranges
  const ranges = range === null ? others : { ...others, [field]: { from: range[0], to: range[1] } }
  return { ...query, filter: { ...query.filter, ranges } }
}

export function isFiltered({ filter }: PeopleQuery): boolean {
  return filter.text !== '' || Object.keys(filter.values).length > 0 || Object.keys(filter.ranges).length > 0
}

type Facet = BrowseFacets['facets'][number]

/** A facet's values that some person has, or that are chosen. */
export function shownValues(query: PeopleQuery, facet: Facet): Facet['values'] {
  const chosen = query.filter.values[facet.id] ?? []
  return facet.values.filter(({ value, count }) => count > 0 || chosen.includes(value))
}
