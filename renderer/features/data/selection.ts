import { computed, shallowRef, triggerRef } from 'vue'
import type { BrowseRow, PeopleFilter, PeopleSelection } from '../../../core/api/browse.ts'

/** People that are selected: by id, or all that match the filter but for some. */
export function useSelection() {
  const ids = shallowRef(new Set<number>())
  /** The filter whose matches are all selected; `ids` are then the exceptions. */
  const all = shallowRef<{ readonly filter: PeopleFilter; readonly people: number } | null>(null)
  const count = computed(() => (all.value === null ? ids.value.size : Math.max(0, all.value.people - ids.value.size)))

  function isSelected(row: BrowseRow): boolean {
    if (row.people.length === 0) return false
    return row.people.every((person) => ids.value.has(person) === (all.value === null))
  }

  function set(people: readonly number[], selected: boolean): void {
    const add = selected === (all.value === null)
    for (const person of people) {
      if (add) ids.value.add(person)
      else ids.value.delete(person)
    }
    triggerRef(ids)
  }

  function only(people: readonly number[]): void {
    all.value = null
    ids.value = new Set(people)
  }

  function selectAll(filter: PeopleFilter, people: number): void {
    all.value = { filter: JSON.parse(JSON.stringify(filter)) as PeopleFilter, people }
    ids.value = new Set()
  }

  const clear = (): void => only([])

  /** As the service takes it; null: nothing is selected. */
  function chosen(): PeopleSelection | null {
    if (count.value === 0) return null
    if (all.value === null) return { type: 'people', people: [...ids.value] }
    return { type: 'filter', filter: all.value.filter, except: [...ids.value] }
  }

  return { ids, all, count, isSelected, set, only, selectAll, clear, chosen }
}

export type Selection = ReturnType<typeof useSelection>
