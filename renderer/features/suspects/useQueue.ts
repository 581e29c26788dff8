import { computed, ref, shallowRef } from 'vue'
import type { QueuedSuspect, QueuePage, SuspectFilter, SuspectSort } from '../../../core/api/suspects.ts'
import { client } from '../../api/client.ts'

export interface QueueScope {
  readonly project: string
  readonly run: number
  readonly task: string
  readonly filter: SuspectFilter
  readonly sort: SuspectSort
}

const pageSize = 120

/** A stretch of the queue that grows at both ends as it is read, and the row that is looked at. */
export function useQueue() {
  // One value, so that nobody sees new rows with an old position.
  const state = shallowRef<{ readonly rows: readonly QueuedSuspect[]; readonly position: number }>({
    rows: [],
    position: -1,
  })
  const rows = computed(() => state.value.rows)
  const position = computed(() => state.value.position)
  const before = ref(false)
  const after = ref(false)
  const loading = ref(false)
  const current = computed<QueuedSuspect | null>(() => rows.value[position.value] ?? null)
  let scope: QueueScope | null = null
  let generation = 0

  async function fetchPage(
    at?: { after: number } | { before: number } | { around: number },
  ): Promise<QueuePage | null> {
    if (scope === null) return null
    const asked = generation
    const page = await client.suspects.queue({ ...scope, filter: { ...scope.filter }, at, limit: pageSize })
    return asked === generation ? page : null
  }

  /** Opens a queue at a label, or at its first row. */
  async function open(wanted: QueueScope, label: number | null): Promise<void> {
    scope = wanted
    generation++
    loading.value = true
    try {
      const page = await fetchPage(label === null ? undefined : { around: label })
      if (page === null) return
      before.value = page.before
      after.value = page.after
      const found = page.items.findIndex((row) => row.label === label)
      state.value = { rows: page.items, position: found >= 0 ? found : page.items.length > 0 ? 0 : -1 }
    } finally {
      loading.value = false
    }
  }

  /** Loads on where the rows shown come near an end. */
  async function reach(first: number, last: number): Promise<void> {
    if (loading.value || rows.value.length === 0) return
    if (last > rows.value.length - 30 && after.value) await extend('after')
    else if (first < 15 && before.value) await extend('before')
  }

  async function extend(end: 'before' | 'after'): Promise<void> {
    const edge = end === 'after' ? rows.value.at(-1) : rows.value[0]
    if (edge === undefined) return
    loading.value = true
    try {
      const page = await fetchPage(end === 'after' ? { after: edge.place } : { before: edge.place })
      if (page === null) return
      if (end === 'after') {
        state.value = { rows: [...rows.value, ...page.items], position: position.value }
        after.value = page.after
      } else {
        state.value = { rows: [...page.items, ...rows.value], position: position.value + page.items.length }
        before.value = page.before
      }
    } finally {
      loading.value = false
    }
  }

  function update(changes: ReadonlyMap<number, Partial<QueuedSuspect>>): void {
    const changed = rows.value.map((row) => {
      const change = changes.get(row.label)
      return change === undefined ? row : { ...row, ...change }
    })
    state.value = { rows: changed, position: position.value }
  }

  /** Moves to a row; false when there is none. */
  function moveTo(index: number): boolean {
    if (index < 0 || index >= rows.value.length) return false
    state.value = { rows: rows.value, position: index }
    void reach(index, index)
    return true
  }

  return { rows, position, current, before, after, loading, open, reach, update, moveTo }
}

export type Queue = ReturnType<typeof useQueue>
