import { ref, shallowRef, triggerRef, watch, type Ref } from 'vue'
import type { BrowseRow, PeopleQuery } from '../../../core/api/browse.ts'
import { client } from '../../api/client.ts'

const pageSize = 200
/** Pages kept in memory: 20,000 rows, a few megabytes. */
const keptPages = 100

/**
 * A list of which only the pages that are looked at are loaded: any position of 100,000 is one request away. A new query
 * keeps the rows of the old one in sight until its first page is there.
 */
export function usePeopleList(project: Ref<string | null>, query: Ref<PeopleQuery>) {
  const total = ref<number | null>(null)
  const tasks = shallowRef<readonly string[]>([])
  const error = shallowRef<unknown>(null)
  const loading = ref(false)
  /** Grows when rows arrive. */
  const arrivals = ref(0)
  /** Grows when the list is another one, so that positions mean other people. */
  const renewals = ref(0)
  const pages = shallowRef(new Map<number, readonly BrowseRow[]>())
  const asked = new Map<number, AbortController>()
  let version: string | undefined
  let generation = 0

  async function load(page: number, mine: number): Promise<void> {
    if (project.value === null || asked.has(page)) return
    const abort = new AbortController()
    asked.set(page, abort)
    loading.value = true
    try {
      const input = { project: project.value, ...query.value, offset: page * pageSize, limit: pageSize, version }
      const answer = await client.browse.list(input, { signal: abort.signal })
      if (mine !== generation) return
      // People changed since the first page: positions no longer fit together.
      if (version !== undefined && version !== 'first' && answer.version !== version) return void reload()
      version = answer.version
      pages.value.set(page, answer.rows)
      forgetOldest(page)
      total.value = answer.total
      tasks.value = answer.tasks
      error.value = null
      arrivals.value++
      triggerRef(pages)
    } catch (thrown) {
      if (mine === generation && !abort.signal.aborted) error.value = thrown
    } finally {
      if (asked.get(page) === abort) asked.delete(page)
      loading.value = asked.size > 0
    }
  }

  function forgetOldest(newest: number): void {
    for (const page of pages.value.keys()) {
      if (pages.value.size <= keptPages) return
      if (page !== newest) pages.value.delete(page)
    }
  }

  /** Loads the rows from `first` to `last` where they are missing, and drops requests for others. */
  function ensure(first: number, last: number): void {
    const from = Math.floor(Math.max(0, first) / pageSize)
    const to = Math.floor(Math.max(0, last) / pageSize)
    for (const [page, abort] of asked) if (page < from - 1 || page > to + 1) abort.abort()
    for (let page = from; page <= to; page++) if (!pages.value.has(page)) void load(page, generation)
  }

  function row(index: number): BrowseRow | undefined {
    return pages.value.get(Math.floor(index / pageSize))?.[index % pageSize]
  }

  /** Loads the list anew; `position` stays in sight. */
  async function reload(position = 0): Promise<void> {
    generation++
    const mine = generation
    for (const abort of asked.values()) abort.abort()
    asked.clear()
    version = undefined
    const former = pages.value
    pages.value = new Map()
    await load(Math.floor(position / pageSize), mine)
    if (mine !== generation) return
    if (error.value !== null) pages.value = former
    renewals.value++
  }

  watch([project, query], () => void reload(), { deep: true, immediate: true })
  const listVersion = (): string | undefined => version
  return { total, tasks, error, loading, arrivals, renewals, ensure, row, reload, listVersion }
}

export type PeopleList = ReturnType<typeof usePeopleList>
