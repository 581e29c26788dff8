import { MendError } from '../../dataset/mendError.ts'
import type { PeopleColumns } from './columns.ts'
import type { Facet } from './facets.ts'
import type { NumericField } from './fields.ts'

export interface FilterValues {
  readonly values: Readonly<Record<string, readonly string[]>>
  readonly ranges: Readonly<Record<string, { readonly from: number | null; readonly to: number | null }>>
}

/**
 * Which rows pass a filter, and which would pass but for one part of it: what counts that ignore their own facet's filter
 * need. `status[r]` is 0 where row r passes, the position in `parts` plus 1 of the only part that it fails, else 255.
 */
export interface Match {
  readonly status: Uint8Array
  /** Ids of the facets and fields that the filter speaks of. */
  readonly parts: readonly string[]
}

const failsMore = 255
const mostParts = 200

/** @throws MendError `filter-unknown` for a facet, value or field that the project does not have. */
export function matchRows(
  columns: PeopleColumns,
  facets: readonly Facet[],
  fields: readonly NumericField[],
  filter: FilterValues,
  /** Rows that the text search found (1); null: no search. */
  found: Uint8Array | null,
): Match {
  const status = new Uint8Array(columns.rows)
  const parts: string[] = []
  const fail = (row: number): void => {
    status[row] = status[row] === 0 ? parts.length + 1 : failsMore
  }
  if (Object.keys(filter.values).length + Object.keys(filter.ranges).length > mostParts) {
    throw new MendError('filter-too-long', 'the filter has too many parts', `Use at most ${mostParts}.`)
  }
  if (found !== null) {
    for (let row = 0; row < columns.rows; row++) if (found[row] === 0) fail(row)
    parts.push('text')
  }
  for (let row = 0; row < columns.rows; row++) if (columns.removed[row] === 1) status[row] = failsMore
  for (const [id, wanted] of Object.entries(filter.values)) {
    const facet = facets.find((one) => one.id === id)
    if (facet === undefined) throw unknownPart(id)
    failFacet(facet, wanted, columns.rows, fail)
    parts.push(id)
  }
  for (const [id, { from, to }] of Object.entries(filter.ranges)) {
    const field = fields.find((one) => one.id === id)
    if (field === undefined) throw unknownPart(id)
    const low = from ?? -Infinity
    const high = to ?? Infinity
    // Also what has no value fails: NaN compares as false.
    for (let row = 0; row < columns.rows; row++) if (!(field.values[row] >= low && field.values[row] <= high)) fail(row)
    parts.push(id)
  }
  return { status, parts }
}

function failFacet(facet: Facet, wanted: readonly string[], rows: number, fail: (row: number) => void): void {
  const chosen = wanted.map((value) => {
    const known = facet.values.find((one) => one.value === value)
    if (known === undefined) throw unknownPart(`${facet.id} = ${value}`)
    return known.code
  })
  if (facet.flags !== undefined) {
    const flags = chosen.map((code) => facet.flags[code])
    for (let row = 0; row < rows; row++) if (!flags.some((has) => has[row] === 1)) fail(row)
    return
  }
  const accepted = new Uint8Array(65_536)
  for (const code of chosen) accepted[code] = 1
  for (let row = 0; row < rows; row++) if (accepted[facet.codes[row]] === 0) fail(row)
}

function unknownPart(what: string): MendError {
  return new MendError(
    'filter-unknown',
    `the project has nothing called ${what}`,
    'Clear this filter: its source, task or attribute may have been removed.',
  )
}

/** Rows to count over: all people, or rows in the order of images where images are counted, each once. */
export interface CountedRows {
  readonly order: Uint32Array
  /** Image by row when images are counted; null: rows are. */
  readonly images: Int32Array | null
}

/** Counts of one facet's values over the rows that pass all but the facet's own part of the filter. */
export function countFacet(facet: Facet, match: Match, { order, images }: CountedRows): Uint32Array {
  const { status } = match
  const own = match.parts.indexOf(facet.id) + 1
  const codes = facet.codes
  const top = facet.values.reduce((most, value) => Math.max(most, value.code), 0) + 1
  const counts = new Uint32Array(top)
  const last = new Int32Array(top).fill(-1)
  for (const row of order) {
    if (status[row] !== 0 && status[row] !== own) continue
    if (codes !== undefined) {
      const code = codes[row]
      if (code < top && isNew(images, row, code, last)) counts[code]++
    } else {
      for (let code = 0; code < facet.flags.length; code++) {
        if (facet.flags[code][row] === 1 && isNew(images, row, code, last)) counts[code]++
      }
    }
  }
  return Uint32Array.from(facet.values, (value) => counts[value.code])
}

function isNew(images: Int32Array | null, row: number, code: number, last: Int32Array): boolean {
  if (images === null) return true
  if (last[code] === images[row]) return false
  last[code] = images[row]
  return true
}

/** The bins that a field is shown in: whole numbers where there are few, else evenly up to the 99.5th percentile. */
export interface FieldBins {
  readonly from: number
  readonly to: number
  readonly bins: number
}

const mostBins = 32

export function binsOf(
  { values, whole }: NumericField,
  ascending: { readonly order: Uint32Array; readonly known: number },
): FieldBins {
  const at = (position: number): number => values[ascending.order[position]]
  const least = at(0)
  const most = at(Math.floor(0.995 * (ascending.known - 1)))
  if (whole && most - least < mostBins) return { from: least, to: most + 1, bins: Math.max(1, most - least + 1) }
  return most > least ? { from: least, to: most, bins: mostBins } : { from: least, to: least + 1, bins: 1 }
}

/** Counts of a field over the rows that pass all but the field's own part of the filter. */
export function countField(
  field: NumericField,
  { from, to, bins }: FieldBins,
  match: Match,
  { order }: CountedRows,
): { counts: Uint32Array; missing: number } {
  const { status } = match
  const own = match.parts.indexOf(field.id) + 1
  const counts = new Uint32Array(bins)
  let missing = 0
  for (const row of order) {
    if (status[row] !== 0 && status[row] !== own) continue
    const value = field.values[row]
    if (Number.isNaN(value)) missing++
    else counts[Math.min(bins - 1, Math.max(0, Math.floor(((value - from) / (to - from)) * bins)))]++
  }
  return { counts, missing }
}
