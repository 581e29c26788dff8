import type { BrowseFacets, PeopleQuery } from '../../../core/api/browse.ts'
import { formatValue } from '../../ui/numbers.ts'
import { withRange, withValues } from './peopleQuery.ts'

export interface FilterChip {
  readonly id: string
  readonly text: string
  /** The query without this part of the filter. */
  readonly without: () => PeopleQuery
}

/** The parts of a filter in words: "joints · suspect", "visible joints 7 – 14". */
export function filterChips(query: PeopleQuery, facets: BrowseFacets | null): FilterChip[] {
  const { text, values, ranges } = query.filter
  const chips: FilterChip[] = []
  if (text !== '') {
    chips.push({ id: 'text', text: `“${text}”`, without: () => ({ ...query, filter: { ...query.filter, text: '' } }) })
  }
  for (const [id, chosen] of Object.entries(values)) {
    const facet = facets?.facets.find((one) => one.id === id)
    const titles = chosen.map((value) => facet?.values.find((one) => one.value === value)?.title ?? value)
    const name = facet?.title ?? id
    chips.push({ id, text: `${name} · ${titles.join(' or ')}`, without: () => withValues(query, id, []) })
  }
  for (const [id, { from, to }] of Object.entries(ranges)) {
    const name = facets?.histograms.find((one) => one.id === id)?.title ?? id
    const range =
      from === null
        ? `≤ ${formatValue(to ?? 0)}`
        : to === null
          ? `≥ ${formatValue(from)}`
          : `${formatValue(from)} – ${formatValue(to)}`
    chips.push({ id, text: `${name} ${range}`, without: () => withRange(query, id, null) })
  }
  return chips
}
