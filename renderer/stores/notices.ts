import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { reportOf, type StudioErrorReport } from '../api/studioError.ts'

export interface NoticeAction {
  readonly title: string
  readonly run: () => void | Promise<void>
}

export interface Notice {
  readonly id: number
  readonly tone: 'good' | 'bad' | 'plain'
  readonly text: string
  readonly error: StudioErrorReport | null
  /** Takes back what the notice reports. */
  readonly undo: (() => Promise<void>) | null
  readonly action: NoticeAction | null
}

export interface NoticeOptions {
  readonly undo?: () => Promise<void>
  readonly action?: NoticeAction
}

const lastsMs = 8000
const mostShown = 3
const mostUndoable = 200

/**
 * What has just been done, at the window's corner: "Split set for 12 people · Undo Z". Undoing works newest first, also
 * after the notice is gone from sight, until the project is left.
 */
export const useNotices = defineStore('notices', () => {
  const shown = ref<Notice[]>([])
  const undoable = ref<Notice[]>([])
  const undoing = ref(false)
  let next = 1

  function add(notice: Omit<Notice, 'id'>): Notice {
    const added: Notice = { id: next++, ...notice }
    shown.value = [...shown.value, added].slice(-mostShown)
    if (added.undo !== null) undoable.value = [...undoable.value, added].slice(-mostUndoable)
    // What went wrong stays until it is read.
    if (added.tone !== 'bad') setTimeout(() => dismiss(added.id), lastsMs)
    return added
  }

  /** Reports something done; with `undo`, it can be taken back by its button or the undo key. */
  function done(text: string, options: NoticeOptions = {}): Notice {
    return add({ tone: 'good', text, error: null, undo: options.undo ?? null, action: options.action ?? null })
  }

  /** Reports something worth knowing that nobody did by hand: a run that ended, a service that came back. */
  function tell(text: string, options: NoticeOptions = {}): Notice {
    return add({ tone: 'plain', text, error: null, undo: options.undo ?? null, action: options.action ?? null })
  }

  /** Reports that `what` ("The view could not be saved") failed and why. Takes anything thrown. */
  function failed(what: string, error: unknown): Notice {
    return add({ tone: 'bad', text: what, error: reportOf(error), undo: null, action: null })
  }

  function dismiss(id: number): void {
    shown.value = shown.value.filter((notice) => notice.id !== id)
  }

  /** Takes back the given notice's action, or the newest that can be. */
  async function undo(id?: number): Promise<void> {
    const notice = id === undefined ? undoable.value.at(-1) : undoable.value.find((each) => each.id === id)
    if (notice === undefined || notice.undo === null || undoing.value) return
    undoing.value = true
    try {
      await notice.undo()
      undoable.value = undoable.value.filter((each) => each.id !== notice.id)
      dismiss(notice.id)
      tell(`Undone: ${notice.text}`)
    } catch (error) {
      failed(`Could not undo: ${notice.text}`, error)
    } finally {
      undoing.value = false
    }
  }

  /** Another project is opened: its predecessor's actions can no longer be taken back from here. */
  function forgetUndo(): void {
    undoable.value = []
  }

  const canUndo = computed(() => undoable.value.length > 0 && !undoing.value)
  return { shown, canUndo, done, tell, failed, dismiss, undo, forgetUndo }
})
