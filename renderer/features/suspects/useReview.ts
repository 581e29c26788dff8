import { computed, shallowRef, watch } from 'vue'
import type {
  QueuedSuspect,
  SuspectFacets,
  SuspectFilter,
  SuspectSort,
  SuspectsOverview,
  SuspectTask,
} from '../../../core/api/suspects.ts'
import { client } from '../../api/client.ts'
import { useRemembered } from '../../stores/remembered.ts'
import { SuspectPictures, type LoadedSuspect } from './suspectPictures.ts'
import { mostSuspect, nextUndecided } from './suspectTask.ts'
import { useDecisions, type DecidedTask } from './useDecisions.ts'
import { useQueue } from './useQueue.ts'

interface RememberedReview {
  run: number | null
  task: string | null
  sort: SuspectSort
  filter: SuspectFilter
  /** `RUN/TASK` → label that was looked at last. */
  labels: Record<string, number>
}

export interface ReviewStart {
  readonly run: number | null
  readonly task: string | null
  readonly label: number | null
}

const ahead = 5

/**
 * One review of a run's suspects: which run and task, the queue, the suspect that is looked at with those that come next
 * loaded ahead.
 */
export function useReview(project: string, start: ReviewStart) {
  const remembered = useRemembered<RememberedReview>('suspects.review', () => ({
    run: null,
    task: null,
    sort: 'rank',
    filter: {},
    labels: {},
  }))
  const overview = shallowRef<SuspectsOverview | null>(null)
  const facets = shallowRef<SuspectFacets | null>(null)
  const failure = shallowRef<unknown>(null)
  const loaded = shallowRef<LoadedSuspect | null>(null)
  const loadFailure = shallowRef<unknown>(null)
  const queue = useQueue()
  let pictures: SuspectPictures | null = null

  const run = computed(() => overview.value?.run ?? null)
  const task = computed<SuspectTask | null>(() => {
    const tasks = overview.value?.tasks ?? []
    return tasks.find((one) => one.task === remembered.value.task) ?? mostSuspect(tasks)
  })
  const sort = computed(() => remembered.value.sort)
  const filter = computed(() => remembered.value.filter)

  const placeKey = (): string => `${run.value}/${task.value?.task}`

  async function openRun(wanted: number | null, label: number | null = null): Promise<void> {
    failure.value = null
    try {
      const known = wanted ?? remembered.value.run
      overview.value = await client.suspects
        .overview({ project, run: known ?? undefined })
        // A remembered run may have been deleted since.
        .catch((error: unknown) => (wanted === null ? client.suspects.overview({ project }) : Promise.reject(error)))
      pictures?.close()
      pictures = run.value === null ? null : new SuspectPictures(project, run.value)
      remembered.value.run = run.value
      await openTask(task.value?.task ?? null, label)
    } catch (error) {
      failure.value = error
    }
  }

  async function openTask(name: string | null, label: number | null = null): Promise<void> {
    if (name === null || run.value === null) return
    const changed = remembered.value.task !== name
    remembered.value.task = name
    if (changed || facets.value === null) {
      if (changed) remembered.value.filter = { ...remembered.value.filter, component: undefined, source: undefined }
      const known = task.value?.signals.some((signal) => signal.name === remembered.value.sort)
      if (known !== true) remembered.value.sort = 'rank'
      facets.value = null
      void loadFacets(run.value, name)
    }
    await openQueue(label ?? remembered.value.labels[placeKey()] ?? (await firstUndecided(run.value, name)))
  }

  async function loadFacets(ofRun: number, name: string): Promise<void> {
    const found = await client.suspects.facets({ project, run: ofRun, task: name }).catch(() => null)
    if (run.value === ofRun && task.value?.task === name) facets.value = found
  }

  async function firstUndecided(ofRun: number, name: string): Promise<number | null> {
    const filters = { ...filter.value, decision: filter.value.decision ?? ('undecided' as const) }
    const page = await client.suspects.queue({ project, run: ofRun, task: name, filter: filters, limit: 1 })
    return page.items[0]?.label ?? null
  }

  async function openQueue(label: number | null): Promise<void> {
    if (run.value === null || task.value === null) return
    failure.value = null
    try {
      const scope = { project, run: run.value, task: task.value.task, filter: filter.value, sort: sort.value }
      await queue.open(scope, label)
    } catch (error) {
      failure.value = error
    }
  }

  function narrow(change: Partial<SuspectFilter>): Promise<void> {
    remembered.value.filter = { ...remembered.value.filter, ...change }
    return openQueue(queue.current.value?.label ?? null)
  }

  function sortBy(wanted: SuspectSort): Promise<void> {
    remembered.value.sort = wanted
    return openQueue(null)
  }

  /** The suspects that will be looked at next: those after the current one, and the one before. */
  function upcoming(): QueuedSuspect[] {
    const at = queue.position.value
    const rows = queue.rows.value
    const next = rows.slice(at, at + 1 + ahead)
    const undecided = rows[nextUndecided(rows, at)]
    return [...next, undecided, rows[at - 1]].filter((row) => row !== undefined)
  }

  async function show(row: QueuedSuspect | null): Promise<void> {
    if (row === null || pictures === null) {
      loaded.value = null
      return
    }
    remembered.value.labels = { ...remembered.value.labels, [placeKey()]: row.label }
    loadFailure.value = null
    const there = pictures.peek(row.label)
    if (there !== null) loaded.value = there
    const loader = pictures
    const still = (): boolean => queue.current.value?.label === row.label && loader === pictures
    try {
      const found = await loader.load(row)
      if (still()) {
        loaded.value = found
        loader.prefetch(upcoming())
      }
    } catch (error) {
      if (still()) loadFailure.value = error
    }
  }

  // Before the next frame, so that what is there already is drawn in it.
  watch(
    () => queue.current.value?.label ?? null,
    () => void show(queue.current.value),
    { flush: 'sync' },
  )

  function replaceTask(changed: SuspectTask, undoable?: number): void {
    const known = overview.value
    if (known === null) return
    const tasks = known.tasks.map((one) => (one.task === changed.task ? changed : one))
    overview.value = { ...known, tasks, undoable: undoable ?? known.undoable }
  }

  /** Brings counts and the labels' details up to date after a change. */
  async function recount(of: DecidedTask, labels: readonly number[], undoable: number): Promise<void> {
    const changed = await client.suspects.task({ project, ...of })
    if (of.run !== run.value) return
    replaceTask(changed, undoable)
    await Promise.all(labels.map((label) => pictures?.refresh(label)))
    const shown = queue.current.value
    if (shown !== null && labels.includes(shown.label)) loaded.value = pictures?.peek(shown.label) ?? null
  }

  const decisions = useDecisions({ project, overview, run, task, queue, openTask, openQueue, recount })

  async function moveCut(cut: number | 'proposed'): Promise<void> {
    if (run.value === null || task.value === null) return
    replaceTask(await client.suspects.moveCut({ project, run: run.value, task: task.value.task, cut }))
    await openQueue(queue.current.value?.label ?? null)
    facets.value = await client.suspects.facets({ project, run: run.value, task: task.value?.task ?? '' })
  }

  /** What another window or the command line did in the meantime. */
  async function refresh(): Promise<void> {
    if (run.value === null || decisions.underway.value > 0) return
    const known = await client.suspects.overview({ project, run: run.value })
    if (decisions.underway.value > 0) return
    const decided = (of: SuspectsOverview | null): string => JSON.stringify(of?.tasks.map((one) => one.decided))
    const moved = decided(known) !== decided(overview.value)
    overview.value = known
    if (!moved) return
    decisions.forget()
    await openQueue(queue.current.value?.label ?? null)
  }

  async function begin(): Promise<void> {
    if (start.task !== null) remembered.value.task = start.task
    await openRun(start.run, start.label)
  }

  function close(): void {
    pictures?.close()
    pictures = null
  }

  return {
    overview,
    facets,
    failure,
    loaded,
    loadFailure,
    queue,
    run,
    task,
    sort,
    filter,
    begin,
    openRun,
    openTask,
    narrow,
    sortBy,
    decide: decisions.decide,
    undo: decisions.undo,
    moveCut,
    refresh,
    show,
    close,
  }
}

export type Review = ReturnType<typeof useReview>
