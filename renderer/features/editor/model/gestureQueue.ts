import type { GestureResult, EditConflict } from '../../../../core/api/editing.ts'

/** A finished gesture on its way to the service. */
export interface QueuedGesture {
  readonly key: string
  /** In words: "moved right wrist". */
  readonly title: string
  /** Asked again with every attempt, for the bases are those of the moment. */
  readonly send: () => Promise<GestureResult>
  /** Undo and redo that met somebody else's change are over: the service has taken them out of the history. */
  readonly travels?: boolean
}

export type SavingState =
  | { readonly type: 'saved' }
  | { readonly type: 'saving'; readonly waiting: number }
  /** Nothing is sent until somebody says so: what was drawn stays on screen. */
  | { readonly type: 'failed'; readonly waiting: number; readonly title: string; readonly error: unknown }
  | {
      readonly type: 'conflict'
      readonly waiting: number
      readonly title: string
      readonly conflicts: readonly EditConflict[]
    }

export interface GestureQueueEvents {
  /** Undoing or redoing met somebody else's change. */
  readonly blocked: (gesture: QueuedGesture, conflicts: readonly EditConflict[]) => void
  readonly stored: (gesture: QueuedGesture, result: Extract<GestureResult, { outcome: 'stored' }>) => void
  readonly changed: (state: SavingState) => void
}

/**
 * Stores gestures one after another as they were made. One that fails stops the queue, with those after it, until it is
 * tried again or given up.
 */
export class GestureQueue {
  readonly #waiting: QueuedGesture[] = []
  readonly #events: GestureQueueEvents
  #state: SavingState = { type: 'saved' }
  #running = false
  #settled: (() => void)[] = []

  constructor(events: GestureQueueEvents) {
    this.#events = events
  }

  get state(): SavingState {
    return this.#state
  }

  /** Gestures that are not stored yet, the next one first. */
  get waiting(): readonly QueuedGesture[] {
    return this.#waiting
  }

  push(gesture: QueuedGesture): void {
    this.#waiting.push(gesture)
    if (this.#state.type === 'failed' || this.#state.type === 'conflict') {
      this.#enter({ ...this.#state, waiting: this.#waiting.length })
    } else void this.#run()
  }

  /** Goes on after a failure or a conflict, with what is first now. */
  retry(): void {
    if (!this.#running) void this.#run()
  }

  /** Gives up everything that waits, and goes on with what comes. */
  drop(): void {
    this.#waiting.length = 0
    this.#enter({ type: 'saved' })
  }

  /** Takes out gestures that are not wanted any more, and goes on. */
  dropWhere(unwanted: (gesture: QueuedGesture) => boolean): void {
    const kept = this.#waiting.filter((gesture) => !unwanted(gesture))
    this.#waiting.splice(0, this.#waiting.length, ...kept)
    this.retry()
  }

  /** Resolves when nothing is on its way: all is stored, or the queue has stopped. */
  settled(): Promise<void> {
    if (!this.#running) return Promise.resolve()
    return new Promise((resolve) => this.#settled.push(resolve))
  }

  async #run(): Promise<void> {
    if (this.#running) return
    this.#running = true
    let end: SavingState = { type: 'saved' }
    for (let gesture = this.#waiting.at(0); gesture !== undefined; gesture = this.#waiting.at(0)) {
      this.#enter({ type: 'saving', waiting: this.#waiting.length })
      try {
        const result = await gesture.send()
        if (result.outcome === 'label-changed') {
          const { conflicts } = result
          if (gesture.travels === true) {
            this.#waiting.shift()
            this.#events.blocked(gesture, conflicts)
            continue
          }
          end = { type: 'conflict', waiting: this.#waiting.length, title: gesture.title, conflicts }
          break
        }
        if (this.#waiting[0] === gesture) this.#waiting.shift()
        this.#events.stored(gesture, result)
      } catch (error) {
        end = { type: 'failed', waiting: this.#waiting.length, title: gesture.title, error }
        break
      }
    }
    this.#running = false
    this.#enter(end)
    for (const resolve of this.#settled.splice(0)) resolve()
  }

  #enter(state: SavingState): void {
    this.#state = state
    this.#events.changed(state)
  }
}
