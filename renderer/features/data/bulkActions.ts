import { computed, ref, shallowRef, type Ref } from 'vue'
import type { BulkOperation, BulkResult, UndoBulkResult } from '../../../core/api/browse.ts'
import { client } from '../../api/client.ts'
import { reportOf } from '../../api/studioError.ts'
import { useJobs } from '../../stores/jobs.ts'
import { useNotices } from '../../stores/notices.ts'
import { formatCount } from '../../ui/numbers.ts'
import type { Selection } from './selection.ts'

/** From so many people on, an action shows how far it is and can be cancelled. */
const mostAtOnce = 1000

const doing: Readonly<Record<BulkOperation['type'], string>> = {
  verify: 'Verifying',
  reject: 'Rejecting',
  'set-split': 'Changing the split',
  assign: 'Assigning',
  delete: 'Deleting',
}

/** Actions on the selected people, each reported with its undo. `changed` is called after each and after its undo. */
export function useBulkActions(project: Ref<string | null>, selection: Selection, changed: () => Promise<void>) {
  const notices = useNotices()
  const jobs = useJobs()
  const busy = ref(false)
  const running = shallowRef<{ readonly job: string; readonly title: string } | null>(null)

  /** How far the work is that is under way; null where there is none, or none that takes long. */
  const progress = computed(() => {
    if (running.value === null) return null
    const { job, title } = running.value
    const now = jobs.follow(job).summary?.progress ?? null
    return { title, done: now?.done ?? 0, total: now?.total ?? null }
  })

  /** Waits for a job, which is on screen meanwhile. */
  async function result<T>({ job }: { readonly job: string }, title: string): Promise<T> {
    running.value = { job, title }
    try {
      return await jobs.result<T>(job)
    } finally {
      running.value = null
      jobs.leave(job)
    }
  }

  async function cancel(): Promise<void> {
    if (running.value !== null) await jobs.cancel(running.value.job)
  }

  async function apply(operation: BulkOperation): Promise<void> {
    const chosen = selection.chosen()
    const of = project.value
    if (chosen === null || of === null || busy.value) return
    busy.value = true
    const input = { project: of, selection: chosen, operation }
    const long = selection.count.value > mostAtOnce
    try {
      const { action, title } = long
        ? await result<BulkResult>(await client.browse.startBulk(input), doing[operation.type])
        : await client.browse.bulk(input)
      if (action === null) {
        notices.tell('Nothing to change: the selected people are so already')
        return
      }
      if (operation.type === 'delete') selection.clear()
      notices.done(title, { undo: () => takeBack(of, action, long) })
      await changed()
    } catch (error) {
      explain(error)
    } finally {
      busy.value = false
    }
  }

  async function takeBack(of: string, action: number, long: boolean): Promise<void> {
    const input = { project: of, action }
    const { skipped } = long
      ? await result<UndoBulkResult>(await client.browse.startUndo(input), 'Taking back')
      : await client.browse.undo(input)
    if (skipped > 0) notices.tell(`${formatCount(skipped)} were changed since and stay as they are`)
    await changed()
  }

  function explain(error: unknown): void {
    const { code, hint } = reportOf(error)
    if (code === 'cancelled') notices.tell(`Cancelled: ${hint}`)
    else notices.failed('The people could not be changed', error)
  }

  return { apply, cancel, busy, progress }
}

export type BulkActions = ReturnType<typeof useBulkActions>
