import { computed, ref, type Ref } from 'vue'
import type { BrowseRow, PeopleQuery } from '../../../core/api/browse.ts'
import { client } from '../../api/client.ts'
import { useNotices } from '../../stores/notices.ts'
import type { PeopleList } from './peopleList.ts'
import type { Selection } from './selection.ts'

/** What the list's view can be asked for. */
export interface ListView {
  readonly anchor: () => number
  readonly setAnchor: (index: number) => void
  readonly reveal: (index: number) => void
}

/** Where one is in the list, and what is selected from there. */
export function useListPosition(
  project: Ref<string | null>,
  query: Ref<PeopleQuery>,
  list: PeopleList,
  selection: Selection,
  view: Readonly<Ref<ListView | null>>,
) {
  const notices = useNotices()
  const focused = ref(0)
  const total = computed(() => list.total.value ?? 0)
  const focusedRow = computed(() => {
    // Rows arrive by pages outside Vue's sight.
    void list.arrivals.value
    void list.renewals.value
    return list.row(focused.value)
  })

  function move(by: number, extend: boolean): void {
    if (total.value === 0) return
    const from = view.value?.anchor() ?? focused.value
    focused.value = Math.min(total.value - 1, Math.max(0, focused.value + by))
    view.value?.reveal(focused.value)
    if (extend) void selectRange(from, focused.value)
    else view.value?.setAnchor(focused.value)
  }

  /** Selects from one position to another; rows that are not loaded are asked for by their positions. */
  async function selectRange(from: number, to: number): Promise<void> {
    if (project.value === null) return
    const [first, last] = [Math.min(from, to), Math.max(from, to)]
    const loaded: BrowseRow[] = []
    for (let index = first; index <= last; index++) {
      const row = list.row(index)
      if (row !== undefined) loaded.push(row)
    }
    if (loaded.length === last - first + 1) return selection.only(loaded.flatMap((row) => row.people))
    const range = { from: first, to: last + 1, version: list.listVersion() }
    const { people } = await client.browse.ids({ project: project.value, ...query.value, ...range })
    selection.only(people)
  }

  function selectSeveral(rows: readonly BrowseRow[], add: boolean): void {
    const people = rows.flatMap((row) => row.people)
    if (add) selection.set(people, true)
    else selection.only(people)
  }

  function toggle(): void {
    const row = focusedRow.value
    if (row === undefined) return
    selection.set(row.people, !selection.isSelected(row))
    view.value?.setAnchor(focused.value)
  }

  async function selectAll(): Promise<void> {
    if (project.value === null) return
    const { filter, unit } = query.value
    // A list of images also counts images: what is selected are the people in them.
    const count =
      unit === 'people'
        ? total.value
        : (await client.browse.facets({ project: project.value, unit: 'people', filter })).total
    selection.selectAll(filter, count)
  }

  /** Where nothing is selected, the one in focus is. */
  function selectSomething(): void {
    if (selection.count.value === 0 && focusedRow.value !== undefined) selection.only(focusedRow.value.people)
  }

  async function showPerson(person: number): Promise<void> {
    if (project.value === null) return
    const { position } = await client.browse.position({ project: project.value, ...query.value, person })
    if (position === null) return void notices.tell(`Person ${person} does not match the filter`)
    focused.value = position
    view.value?.reveal(position)
  }

  return {
    focused,
    focusedRow,
    total,
    move,
    selectRange,
    selectSeveral,
    toggle,
    selectAll,
    selectSomething,
    showPerson,
  }
}
