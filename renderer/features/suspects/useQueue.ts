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
  const rows = shallowRef<readonly QueuedSuspect[]>([])
  const position = ref(-1)
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
      rows.value = page.items
      before.value = page.before
      after.value = page.after
      const found = page.items.findIndex((row) => row.label === label)
      position.value = found >= 0 ? found : page.items.length > 0 ? 0 : -1
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
        rows.value = [...rows.value, ...page.items]
        after.value = page.after
      } else {
        rows.value = [...page.items, ...rows.value]
        position.value += page.items.length
        before.value = page.before
      }
    } finally {
      loading.value = false
    }
  }

  function update(changes: ReadonlyMap<number, Partial<QueuedSuspect>>): void {
    rows.value = rows.value.map((row) => {
      const change = changes.get(row.label)
      return change === undefined ? row : { ...row, ...change }
    })
  }

  /** Moves to a row; false when there is none. */
  function moveTo(index: number): boolean {
    if (index < 0 || index >= rows.value.length) return false
    position.value = index
    void reach(index, index)
    return true
  }

  return { rows, position, current, before, after, loading, open, reach, update, moveTo }
}

export type Queue = ReturnType<typeof useQueue>
