import type { ReadConnection } from '../connection.ts'
import type { PeopleColumns } from './columns.ts'
import { facetsOf, type Facet } from './facets.ts'
import { ascendingOrder, numericFields, type NumericField } from './fields.ts'
import { newestRankingRun } from '../newestRuns.ts'
import { loadColumns, reloadPerson } from './load.ts'
import { binsOf, type CountedRows, type FieldBins } from './match.ts'

/** More changes than this are cheaper to read all at once. */
const mostChanges = 5000

/** What lists and counts are made of, as of one moment. */
export interface PeopleState {
  readonly columns: PeopleColumns
  readonly facets: readonly Facet[]
  readonly fields: readonly NumericField[]
  /** Grows whenever something has changed. */
  readonly moment: number
}

/**
 * All people of a project in memory, about a hundred bytes each: a filter with all its counts over 100,000 people takes
 * milliseconds, where SQL needs a scan for each count. Brought up to date by the numbers of changes in the database
 * (`person_change`), so that it sees other processes' changes too; read anew after imports, removals and rankings.
 */
export class PeopleIndex {
  readonly #connection: ReadConnection
  #state: PeopleState | null = null
  #structure = ''
  #sequence = 0
  #loading: Promise<PeopleState> | null = null
  readonly #orders = new Map<string, { readonly order: Uint32Array; readonly known: number }>()
  readonly #bins = new Map<string, FieldBins>()
  #byImage: Uint32Array | null = null
  #moment = 0

  constructor(connection: ReadConnection) {
    this.#connection = connection
  }

  /** Whether the next `current` answers at once. */
  get ready(): boolean {
    return this.#state !== null && this.#loading === null && this.#structure === this.#structureNow()
  }

  /** The people as they are now. */
  async current(): Promise<PeopleState> {
    if (this.#loading !== null) return this.#loading
    if (this.#state !== null && this.#structure === this.#structureNow() && this.#catchUp()) return this.#state
    this.#loading = this.#load()
    try {
      return await this.#loading
    } finally {
      this.#loading = null
    }
  }

  /** Rows by a field, ascending, those without a value last. */
  orderBy(field: NumericField): { readonly order: Uint32Array; readonly known: number } {
    const known = this.#orders.get(field.id)
    if (known !== undefined) return known
    const order = ascendingOrder(field.values)
    this.#orders.set(field.id, order)
    return order
  }

  binsOf(field: NumericField): FieldBins {
    const known = this.#bins.get(field.id)
    if (known !== undefined) return known
    const bins = binsOf(field, this.orderBy(field))
    this.#bins.set(field.id, bins)
    return bins
  }

  /** Rows that counts go over: people, or everything by image. */
  countedRows({ columns }: PeopleState, unit: 'people' | 'images'): CountedRows {
    if (unit === 'people') return { order: Uint32Array.from({ length: columns.people }, (_, row) => row), images: null }
    this.#byImage ??= imageOrder(columns)
    return { order: this.#byImage, images: columns.image }
  }

  async #load(): Promise<PeopleState> {
    // Noted before reading: what changes meanwhile is caught up with afterwards.
    const structure = this.#structureNow()
    const sequence = this.#newestSequence()
    const columns = await loadColumns(this.#connection)
    this.#structure = structure
    this.#sequence = sequence
    const loaded = this.#renew(columns)
    return this.#catchUp() ? (this.#state ?? loaded) : this.#load()
  }

  #renew(columns: PeopleColumns): PeopleState {
    this.#orders.clear()
    this.#bins.clear()
    this.#byImage = null
    this.#moment++
    this.#state = { columns, facets: facetsOf(columns), fields: numericFields(columns), moment: this.#moment }
    return this.#state
  }

  /** False: too much has changed, or people came in, so that everything must be read again. */
  #catchUp(): boolean {
    const state = this.#state
    const newest = this.#newestSequence()
    if (state === null || newest === this.#sequence) return state !== null
    const changed = this.#connection.columns<[number]>(
      'SELECT person_id FROM person_change WHERE sequence > ? LIMIT ?',
      this.#sequence,
      mostChanges + 1,
    )
    if (changed.length > mostChanges) return false
    const run = newestRankingRun(this.#connection, null)
    for (const [person] of changed) {
      if (!reloadPerson(this.#connection, state.columns, person, run)) return false
    }
    this.#sequence = newest
    this.#renew(state.columns)
    return true
  }

  #newestSequence(): number {
    return this.#connection.one<{ at: number }>('SELECT coalesce(max(sequence), 0) AS at FROM person_change').at
  }

  /** Changes with what the columns are: sources, tasks, the ranking. */
  #structureNow(): string {
    const { generation, tasks, schemas, sources, names } = this.#connection.one<Record<string, number | string | null>>(
      `SELECT (SELECT generation FROM project) AS generation, (SELECT count(*) FROM task) AS tasks,
         (SELECT sum(length(schema)) FROM task) AS schemas, (SELECT group_concat(id) FROM source) AS sources,
         (SELECT group_concat(name) FROM source) AS names`,
    )
    const run = newestRankingRun(this.#connection, null)
    const ranked =
      run === null
        ? null
        : this.#connection.one<{ updated: string }>('SELECT updated_at AS updated FROM run WHERE id = ?', run).updated
    return JSON.stringify([generation, tasks, schemas, sources, names, run, ranked])
  }
}

function imageOrder(columns: PeopleColumns): Uint32Array {
  const order = Uint32Array.from({ length: columns.rows }, (_, row) => row)
  return order.sort((a, b) => columns.image[a] - columns.image[b] || a - b)
}
