import { computed, ref, watch, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { BrowseRow } from '../../../core/api/browse.ts'
import { client } from '../../api/client.ts'
import { useRemembered } from '../../stores/remembered.ts'
import { usePeopleList } from '../data/peopleList.ts'
import { usePeopleQuery } from '../data/peopleQuery.ts'

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const number = (value: unknown): number => Number(text(value) ?? 0)

/**
 * Which image and person the editor shows, as the address says, and the list that previous and next go through: that of the
 * Data screen.
 */
export function useEditorQueue(project: string) {
  const route = useRoute()
  const router = useRouter()
  const query = usePeopleQuery()
  const list = usePeopleList(ref(project), query)
  const last = useRemembered('editor.last', () => ({ person: 0, image: 0 }))
  const position = ref<number | null>(null)
  const error: Ref<unknown> = ref(null)

  const person = computed(() => number(route.query['person']))
  const image = computed(() => number(route.query['image']))
  const task = computed(() => text(route.query['task']))
  const fromSuspects = computed(() => text(route.query['from']) === 'suspects')

  /** The image to show; null: naming it in the address comes first, or there is nothing to show. */
  async function wantedImage(): Promise<number | null> {
    if (person.value > 0) return (await client.labels.person({ project, person: person.value })).image
    if (image.value > 0) return image.value
    const start = last.value.person > 0 || last.value.image > 0 ? last.value : list.row(0)
    if (start !== undefined) await goTo(start)
    return null
  }

  async function goTo(row: Pick<BrowseRow, 'person' | 'image'>): Promise<void> {
    const target = row.person > 0 ? { person: String(row.person) } : { image: String(row.image) }
    const kept = Object.fromEntries(
      ['from', 'task', 'run', 'label'].flatMap((name) => {
        const value = text(route.query[name])
        return value === null ? [] : [[name, value]]
      }),
    )
    await router.replace({ query: { ...target, ...kept } })
  }

  watch([person, list.renewals, () => list.total.value], locate, { immediate: true })
  /** Finds the person's place in the list. */
  async function locate(): Promise<void> {
    if (person.value === 0) return
    try {
      const answer = await client.browse.position({ project, ...query.value, person: person.value })
      position.value = answer.position
    } catch (thrown) {
      error.value = thrown
    }
  }

  let going: number | null = null
  async function choose(next: number): Promise<void> {
    const wanted = Math.min((list.total.value ?? 0) - 1, Math.max(0, next))
    going = wanted
    list.ensure(wanted, wanted)
    const row = list.row(wanted)
    // A place that is not loaded yet is gone to when its page arrives.
    if (row === undefined) return
    going = null
    position.value = wanted
    await goTo(row)
  }
  watch(list.arrivals, () => {
    if (going !== null) void choose(going)
  })

  function step(by: number): Promise<void> {
    return choose((position.value ?? (by > 0 ? -1 : 1)) + by)
  }

  /** Images that are probably looked at next. */
  function upcoming(): number[] {
    const at = position.value
    if (at === null) return []
    return [at + 1, at - 1, at + 2].flatMap((each) => list.row(each)?.image ?? [])
  }

  /** The next person, after the present one, who has no label of the task; null: everybody has one. */
  async function nextUnlabelled(of: string): Promise<{ readonly remaining: number } | null> {
    const after = person.value > 0 ? { after: person.value } : {}
    const next = await client.editing.next({ project, task: of, ...after })
    if (next !== null) await goTo(next)
    return next
  }

  const hasPrevious = computed(() => (position.value ?? 1) > 0)
  const hasNext = computed(() => (position.value ?? -1) < (list.total.value ?? 0) - 1)
  return {
    list,
    query,
    last,
    position,
    error,
    person,
    image,
    task,
    fromSuspects,
    hasPrevious,
    hasNext,
    wantedImage,
    goTo,
    choose,
    step,
    upcoming,
    nextUnlabelled,
  }
}

export type EditorQueue = ReturnType<typeof useEditorQueue>
