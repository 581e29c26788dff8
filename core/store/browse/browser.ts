import { splits, type Split } from '../../dataset/label.ts'
import { MendError } from '../../dataset/mendError.ts'
import type { ReadConnection } from '../connection.ts'
import { rowOfPerson, splitCodes, suspectCodes, type PeopleColumns } from './columns.ts'
import { countFacet, countField, matchRows, type FilterValues, type Match } from './match.ts'
import { firstRows } from './firstRows.ts'
import { PeopleIndex, type PeopleState } from './peopleIndex.ts'
import { searchRows } from './search.ts'

export interface Query {
  readonly unit: 'people' | 'images'
  readonly filter: FilterValues & { readonly text: string }
  readonly sort: { readonly by: string; readonly descending: boolean }
}

export interface ListedRow {
  readonly person: number
  readonly people: number[]
  readonly image: number
  readonly imageWidth: number
  readonly imageHeight: number
  readonly split: Split | null
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | null
  readonly states: string
  readonly suspect: boolean
  readonly disputed: boolean
  readonly key: number | null
}

export interface ListPage {
  readonly version: string
  readonly total: number
  readonly tasks: string[]
  readonly offset: number
  readonly rows: ListedRow[]
}

/** A filtered and sorted list: rows of the columns, or the first row of each image. */
interface List {
  readonly version: string
  readonly state: PeopleState
  readonly rows: Uint32Array
  /** Row → rows of the same image that are in the list; null in lists of people. */
  readonly groups: ReadonlyMap<number, readonly number[]> | null
  readonly keys: Float32Array | null
}

const keptLists = 8
const keptMatches = 4

/** Lists, counts and positions over a project's people. One a project; the caller keeps it. */
export class PeopleBrowser {
  readonly #connection: ReadConnection
  readonly #index: PeopleIndex
  // Newest last. Lists keep their rows although people change, so that pages of one list fit together.
  readonly #lists = new Map<string, List>()
  readonly #matches = new Map<string, Match>()

  constructor(connection: ReadConnection) {
    this.#connection = connection
    this.#index = new PeopleIndex(connection)
  }

  /** Whether people are in memory, or have to be read first. */
  get ready(): boolean {
    return this.#index.ready
  }

  /** Starts reading the people, if need be, and waits for it. */
  async prepare(): Promise<void> {
    await this.#index.current()
  }

  /** Rows `offset` … of a list. @throws MendError `filter-unknown`, `sort-unknown` */
  async list(query: Query, offset: number, limit: number, version?: string): Promise<ListPage> {
    if (!this.#index.ready && isEverything(query)) {
      // The first look at a project does not wait for all people to be read.
      this.prepare().catch(() => undefined)
      return firstRows(this.#connection, offset, limit)
    }
    const list = await this.#list(query, version)
    const rows = Array.from(list.rows.subarray(offset, offset + limit), (row) => this.#row(list, row))
    const { tasks } = list.state.columns
    return { version: list.version, total: list.rows.length, tasks: tasks.map(({ name }) => name), offset, rows }
  }

  /** Ids of the people between two positions. */
  async ids(query: Query, from: number, to: number | undefined, version?: string): Promise<number[]> {
    const list = await this.#list(query, version)
    const { person } = list.state.columns
    const chosen = list.rows.subarray(from, to)
    if (list.groups === null) return Array.from(chosen, (row) => person[row])
    const { groups } = list
    return Array.from(chosen)
      .flatMap((row) => (groups.get(row) ?? [row]).map((one) => person[one]))
      .filter((id) => id > 0)
  }

  /** Where a person stands in a list; null: not in it. */
  async position(query: Query, person: number, version?: string): Promise<{ position: number | null; total: number }> {
    const list = await this.#list(query, version)
    const { columns } = list.state
    const row = rowOfPerson(columns, person)
    const image = row < 0 ? -1 : columns.image[row]
    const position =
      row < 0
        ? -1
        : list.groups === null
          ? list.rows.indexOf(row)
          : list.rows.findIndex((one) => columns.image[one] === image)
    return { position: position < 0 ? null : position, total: list.rows.length }
  }

  /** Counts of every facet and field. */
  async facets(query: Pick<Query, 'unit' | 'filter'>) {
    const state = await this.#index.current()
    const match = this.#match(state, query.filter)
    const counted = this.#index.countedRows(state, query.unit)
    const facets = state.facets.map((facet) => {
      const counts = countFacet(facet, match, counted)
      const values = facet.values.map(({ value, title }, at) => ({ value, title, count: counts[at] }))
      return { id: facet.id, group: facet.group, title: facet.title, values }
    })
    const histograms = state.fields.map((field) => {
      const bins = this.#index.binsOf(field)
      const { counts, missing } = countField(field, bins, match, counted)
      const { id, title, whole } = field
      return { id, title, whole, from: bins.from, to: bins.to, counts: Array.from(counts), missing }
    })
    const everything = matchRows(state.columns, state.facets, state.fields, { values: {}, ranges: {} }, null)
    return {
      total: countPassing(match, counted.order, counted.images),
      everything: countPassing(everything, counted.order, counted.images),
      facets,
      histograms,
    }
  }

  async #list(query: Query, version: string | undefined): Promise<List> {
    const shape = JSON.stringify([query.unit, query.filter, query.sort])
    const asked = version === undefined ? undefined : this.#lists.get(`${version} ${shape}`)
    if (asked !== undefined) return asked
    const state = await this.#index.current()
    const key = `${state.moment} ${shape}`
    const known = this.#lists.get(key)
    if (known !== undefined) return known
    const list = this.#makeList(state, query)
    this.#lists.set(key, list)
    for (const oldest of this.#lists.keys()) {
      if (this.#lists.size <= keptLists) break
      this.#lists.delete(oldest)
    }
    return list
  }

  #makeList(state: PeopleState, { unit, filter, sort }: Query): List {
    const { columns } = state
    const match = this.#match(state, filter)
    const ordered = this.#ordered(state, sort)
    const chosen = new Uint32Array(columns.rows)
    let length = 0
    const most = unit === 'people' ? columns.people : columns.rows
    for (const row of ordered.order) if (row < most && match.status[row] === 0) chosen[length++] = row
    const rows = chosen.slice(0, length)
    const version = String(state.moment)
    if (unit === 'people') return { version, state, rows, groups: null, keys: ordered.keys }
    const groups = groupsOf(columns, rows)
    return { version, state, rows: Uint32Array.from(groups.keys()), groups, keys: ordered.keys }
  }

  #ordered(state: PeopleState, { by, descending }: Query['sort']): { order: Uint32Array; keys: Float32Array | null } {
    const { rows } = state.columns
    if (by === 'id') {
      const last = rows - 1
      return { order: Uint32Array.from({ length: rows }, (_, at) => (descending ? last - at : at)), keys: null }
    }
    const field = state.fields.find((one) => one.id === by)
    if (field === undefined) {
      throw new MendError('sort-unknown', `people cannot be sorted by ${by}`, 'Choose another order.')
    }
    const { order, known } = this.#index.orderBy(field)
    if (!descending) return { order, keys: field.values }
    const turned = order.slice()
    turned.subarray(0, known).reverse()
    return { order: turned, keys: field.values }
  }

  #match(state: PeopleState, filter: Query['filter']): Match {
    const key = `${state.moment} ${JSON.stringify(filter)}`
    const known = this.#matches.get(key)
    if (known !== undefined) return known
    const found = filter.text.trim() === '' ? null : searchRows(this.#connection, state.columns, filter.text)
    const match = matchRows(state.columns, state.facets, state.fields, filter, found)
    this.#matches.set(key, match)
    for (const oldest of this.#matches.keys()) {
      if (this.#matches.size <= keptMatches) break
      this.#matches.delete(oldest)
    }
    return match
  }

  #row({ state: { columns }, groups, keys }: List, row: number): ListedRow {
    const rows = groups?.get(row) ?? [row]
    const width = columns.width[row]
    const key = keys === null ? NaN : keys[row]
    return {
      person: columns.person[row],
      people: rows.map((one) => columns.person[one]).filter((id) => id > 0),
      image: columns.image[row],
      imageWidth: columns.imageWidth[row],
      imageHeight: columns.imageHeight[row],
      split: splits.find((split) => splitCodes[split] === columns.split[row]) ?? null,
      box: Number.isNaN(width) ? null : { x: columns.x[row], y: columns.y[row], width, height: columns.height[row] },
      states: columns.tasks.map(({ state }) => '-lvr'[Math.max(...rows.map((one) => state[one]))]).join(''),
      suspect: columns.tasks.some(({ suspect }) => rows.some((one) => suspect[one] === suspectCodes.open)),
      disputed: rows.some((one) => columns.disputed[one] === 1),
      key: Number.isNaN(key) ? null : key,
    }
  }
}

/** All people in the order of their ids. */
function isEverything({ unit, filter, sort }: Query): boolean {
  const unfiltered = Object.keys(filter.values).length === 0 && Object.keys(filter.ranges).length === 0
  return unit === 'people' && unfiltered && filter.text.trim() === '' && sort.by === 'id' && !sort.descending
}

/** First row of each image in the list's order → all its rows in the list. */
function groupsOf(columns: PeopleColumns, rows: Uint32Array): Map<number, number[]> {
  const firstOf = new Map<number, number>()
  const groups = new Map<number, number[]>()
  for (const row of rows) {
    const image = columns.image[row]
    const first = firstOf.get(image)
    if (first === undefined) {
      firstOf.set(image, row)
      groups.set(row, [row])
    } else groups.get(first)?.push(row)
  }
  return groups
}

function countPassing(match: Match, order: Uint32Array, images: Int32Array | null): number {
  let count = 0
  let last = -1
  for (const row of order) {
    if (match.status[row] !== 0 || (images !== null && images[row] === last)) continue
    if (images !== null) last = images[row]
    count++
  }
  return count
}
