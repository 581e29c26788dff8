import type {
  ApplyEdits,
  EditConflict,
  EditsEvent,
  GestureResult,
  HistoryState,
  PeopleChange,
  StoredLabel,
} from '../../../../core/api/editing.ts'
import type { Bounds } from '../../../../core/dataset/editing/mask.ts'
import { client } from '../../../api/client.ts'
import { reportOf, unreachableCode } from '../../../api/studioError.ts'
import { GestureQueue, type QueuedGesture, type SavingState } from './gestureQueue.ts'
import { ImageLabels } from './imageLabels.ts'
import { SeenElsewhere } from './seenElsewhere.ts'
import { emptyLabel, showChange, takeOver, wireChange, type LocalChange, type SessionBox } from './sessionLabel.ts'

/** Most cells along the longer side of what is only looked at. */
const shownSide = 2048

/** Codes of a service that is not there, rather than one that says no. */
const outOfReach = new Set([unreachableCode, 'bad-gateway', 'service-unavailable'])

export interface LabelEditNow {
  readonly person: number
  readonly task: string
  readonly change: LocalChange
}

/** What happened to the labels in sight; `mask`: the rectangle of the part map that changed. */
export type SessionChange =
  | { readonly type: 'labels' }
  | { readonly type: 'mask'; readonly person: number; readonly task: string; readonly bounds: Bounds }
  | { readonly type: 'people'; readonly added: number | null }
  | { readonly type: 'saving'; readonly state: SavingState }
  | { readonly type: 'history' }
  /** Somebody else changed the picture's labels: they have been loaded anew. */
  | { readonly type: 'elsewhere'; readonly by: string | null }
  /** What was to be undone or redone is somebody else's by now. */
  | { readonly type: 'blocked'; readonly title: string }

type StoredGesture = Extract<GestureResult, { outcome: 'stored' }>

interface LocalGesture extends QueuedGesture {
  readonly edits: readonly LabelEditNow[]
}

const isLocal = (gesture: QueuedGesture): gesture is LocalGesture => 'edits' in gesture

/**
 * The labels of one image while it is edited: a gesture shows at once, is stored at once, and is one step of the image's
 * history, which the service keeps. Plain objects; whoever draws them listens.
 */
export class ImageSession extends ImageLabels {
  history: HistoryState = { undo: null, redo: null, undoable: 0, redoable: 0 }
  readonly #listener: (change: SessionChange) => void
  readonly #queue: GestureQueue
  readonly #seen = new SeenElsewhere()
  /** Whether a gesture is in hand: what the service says then waits until it is finished. */
  #busy: () => boolean = () => false
  readonly #deferred: (() => void)[] = []
  /** Steps back and forth that are asked for and not shown yet. */
  #travels = 0
  readonly #afterTravels: (() => void)[] = []
  /** Boxes that somebody else drew and that the own ones go over. */
  readonly #boxBases = new Map<number, SessionBox>()
  #closed = false
  #loads = 0
  #loaded: Promise<void> = Promise.resolve()

  constructor(project: string, image: number, listener: (change: SessionChange) => void) {
    super(project, image)
    this.#listener = listener
    this.#queue = new GestureQueue({
      stored: (gesture, result) => this.#stored(gesture, result),
      changed: (state) => this.#tell({ type: 'saving', state }),
      blocked: (gesture) => this.#blocked(gesture),
    })
  }

  get saving(): SavingState {
    return this.#queue.state
  }

  whileBusy(busy: () => boolean): void {
    this.#busy = busy
  }

  /** To be called when a gesture ends: what waited for it is done. */
  idle(): void {
    while (!this.#busy()) {
      const next = this.#deferred.shift()
      if (next === undefined) return
      next()
    }
  }

  /**
   * Does what works on the labels as they are: at once, or when the steps back and forth that were asked for are shown.
   * Without it, a key pressed right after Undo would build on what was undone, and bring it back.
   */
  whenStill(work: () => void): void {
    if (this.isStill) work()
    else this.#afterTravels.push(work)
  }

  get isStill(): boolean {
    return this.#travels === 0 && this.#afterTravels.length === 0
  }

  /** Loads the labels anew. Masks that were being edited are forgotten. */
  load(): Promise<void> {
    this.#loads += 1
    this.#loaded = this.#load(this.#loads)
    return this.#loaded
  }

  async #load(turn: number): Promise<void> {
    const at = { project: this.project, image: this.image }
    const [drawn, editable] = await Promise.all([
      client.labels.ofImage({ ...at, side: shownSide }),
      client.editing.state(at),
    ])
    if (this.#closed) return
    // What was asked for later knows more, whichever comes first.
    if (turn !== this.#loads) return this.#loaded
    this.take(drawn, editable)
    this.history = editable.history
    this.#tell({ type: 'labels' })
  }

  close(): void {
    this.#closed = true
  }

  /** Resolves when nothing is on its way to the service any more. */
  settled(): Promise<void> {
    return this.#queue.settled()
  }

  /** Whether a gesture on the label is not stored yet. */
  isUnsaved(person: number, task: string): boolean {
    return this.#queue.waiting.some(
      (gesture) => isLocal(gesture) && gesture.edits.some((edit) => edit.person === person && edit.task === task),
    )
  }

  /** A finished gesture on labels: it shows at once and is on its way. */
  edit(title: string, edits: readonly LabelEditNow[]): void {
    const gesture: LocalGesture = {
      key: crypto.randomUUID(),
      title,
      edits,
      send: async () => {
        // Packing a stroke over a large picture is no work for the frame that shows it.
        await new Promise((resolve) => setTimeout(resolve))
        return client.editing.apply({ ...this.#gestureInput(gesture), edits: this.#wireEdits(edits) })
      },
    }
    for (const edit of edits) this.#showFirst(edit)
    this.#queue.push(gesture)
    this.#tell({ type: 'labels' })
  }

  /** A change of people or boxes. */
  changePeople(title: string, change: PeopleChange): void {
    if (change.type === 'box') {
      const person = this.find(change.person)
      if (person !== null) person.box = change.box
      this.#boxBases.delete(change.person)
      this.#tell({ type: 'labels' })
    }
    const key = crypto.randomUUID()
    this.#queue.push({
      key,
      title,
      send: () => client.editing.people({ ...this.#gestureInput({ key, title }), change: this.#basedPeople(change) }),
    })
  }

  undo(): void {
    this.#travel('undo', () => client.editing.undo({ project: this.project, image: this.image }))
  }

  redo(): void {
    this.#travel('redo', () => client.editing.redo({ project: this.project, image: this.image }))
  }

  restore(label: number, revision: number, title: string): void {
    const key = crypto.randomUUID()
    const base = (): number => this.allLabels().find((each) => each.label === label)?.revision ?? 0
    const { project, image } = this
    const send = (): Promise<GestureResult> =>
      client.editing.restore({ project, image, gesture: key, label, revision, base: base() })
    this.#queue.push({ key, title, send })
  }

  /** Stores a gesture of another kind: propagation, identities, closing a suspect. */
  send(title: string, send: (key: string) => Promise<GestureResult>): void {
    const key = crypto.randomUUID()
    this.#queue.push({ key, title, send: () => send(key) })
  }

  retry(): void {
    this.#queue.retry()
  }

  /**
   * The service is there again: what did not reach it goes on its way. The answer to a step back or forth may have been lost
   * when it was done already: so it is not asked for again, and what is stored is shown.
   */
  async reconnected(): Promise<void> {
    await this.#queue.settled()
    const { state } = this.#queue
    if (state.type !== 'failed' || !outOfReach.has(reportOf(state.error).code)) return
    const first = this.#queue.waiting.at(0)
    if (first?.travels !== true) return this.#queue.retry()
    this.#queue.dropWhere((gesture) => gesture === first)
    await this.load().finally(() => this.#arrived(first))
  }

  /** Gives up what could not be stored and shows what the service has. */
  async discard(): Promise<void> {
    this.#queue.drop()
    this.#travels = 0
    this.#goOn()
    await this.load()
  }

  /** Of a conflict: the own gesture goes over what somebody else did. */
  keepMine(conflicts: readonly EditConflict[]): void {
    for (const conflict of conflicts) {
      if (conflict.kind === 'box') {
        this.#boxBases.set(conflict.person, conflict.box)
        continue
      }
      // What is gone cannot be put over: the service says so again, and discarding is left.
      if (conflict.kind !== 'label') continue
      const { label, revision } = conflict
      const mine = this.labelFor(conflict.person, conflict.task)
      if (mine !== null) Object.assign(mine, { label, revision })
    }
    this.#queue.retry()
  }

  /** Of a conflict: what somebody else did stays, own gestures on those labels are given up. */
  async takeTheirs(conflicts: readonly EditConflict[]): Promise<void> {
    const theirs = (edit: LabelEditNow): boolean =>
      conflicts.some((each) => each.kind === 'label' && each.person === edit.person && each.task === edit.task)
    const first = this.#queue.waiting.at(0)
    this.#queue.dropWhere((gesture) => gesture === first || (isLocal(gesture) && gesture.edits.some(theirs)))
    await this.#queue.settled()
    await this.load()
  }

  /** What the service says of the picture at the moment; loads anew when somebody else changed it. */
  observe(event: EditsEvent): void {
    this.#seen.take(event)
    if (this.#queue.state.type !== 'saved' || this.#busy()) return
    this.history = event.history
    this.#tell({ type: 'history' })
    if (this.#seen.hasOtherTasks(this.tasks)) return void this.load()
    const difference = this.#seen.difference(this.people)
    if (difference !== null) void this.load().then(() => this.#tell({ type: 'elsewhere', by: difference.by }))
  }

  #travel(title: string, send: () => Promise<GestureResult>): void {
    this.#travels += 1
    this.#queue.push({ key: crypto.randomUUID(), title, send, travels: true })
  }

  #gestureInput({ key, title }: { readonly key: string; readonly title: string }): Omit<ApplyEdits, 'edits'> {
    return { project: this.project, image: this.image, gesture: key, reason: title }
  }

  #wireEdits(edits: readonly LabelEditNow[]): ApplyEdits['edits'] {
    return edits.map(({ person, task, change }) => {
      const label = this.label(person, task) ?? emptyLabel(task)
      const schema = this.schema(task) ?? { kind: 'identity' }
      return { person, task, base: label.revision, change: wireChange(change, label, schema) }
    })
  }

  #basedPeople(change: PeopleChange): PeopleChange {
    if (change.type === 'box') {
      const base = this.#boxBases.get(change.person)
      return base === undefined ? change : { ...change, base }
    }
    if (change.type !== 'reassign') return change
    const base = (person: number): number | null => this.label(person, change.task)?.revision ?? null
    return { ...change, fromBase: base(change.from), toBase: base(change.to) }
  }

  /** What was drawn into the mask, and into its picture, is there. */
  #showFirst(edit: LabelEditNow): void {
    const drawn = edit.change.type === 'paint' && edit.change.drawn === true
    if (!drawn) return this.#show(edit)
    const label = this.labelFor(edit.person, edit.task)
    if (label !== null) label.painted = label.mask !== null
  }

  #show({ person, task, change }: LabelEditNow): void {
    const label = this.labelFor(person, task)
    const schema = this.schema(task)
    if (label === null || schema === null) return
    const bounds = showChange(change, label, schema)
    if (bounds !== null) this.#tell({ type: 'mask', person, task, bounds })
  }

  #stored(gesture: QueuedGesture, result: StoredGesture): void {
    if (this.#closed) return
    // The next gesture is sent on these at once, whatever is in hand.
    this.history = result.history
    for (const { person, task, label: id, revision, state, origin } of result.labels) {
      const label = this.labelFor(person, task)
      if (label !== null) Object.assign(label, { label: id, revision, state, origin })
    }
    this.#deferred.push(() => this.#takeContents(gesture, result))
    this.idle()
  }

  #blocked(gesture: QueuedGesture): void {
    void this.load()
      .then(() => this.#tell({ type: 'blocked', title: gesture.title }))
      .finally(() => this.#arrived(gesture))
  }

  /** What a step back or forth did is shown: whoever waited for it goes on. */
  #arrived({ travels }: QueuedGesture): void {
    if (travels !== true || this.#travels === 0) return
    this.#travels -= 1
    this.#goOn()
  }

  #goOn(): void {
    while (this.#travels === 0) {
      const next = this.#afterTravels.shift()
      if (next === undefined) return
      next()
    }
  }

  #takeContents(gesture: QueuedGesture, result: StoredGesture): void {
    if (this.#closed) return
    const strangers = result.people.filter(({ person, removed }) => removed || this.find(person) === null)
    const removed = new Set(strangers.filter((each) => each.removed).map(({ person }) => person))
    this.people = this.people.filter(({ person }) => !removed.has(person))
    for (const { person, box } of result.people) {
      const known = this.find(person)
      if (known !== null) known.box = box
    }
    const unseen = result.labels.filter((label) => !this.#takeContent(label))
    // What is on its way goes over what the service says, where that is anything.
    if (result.labels.some(({ after }) => after !== null)) {
      for (const { edits } of this.#queue.waiting.filter(isLocal)) for (const edit of edits) this.#show(edit)
    }
    this.#tell({ type: 'labels' })
    if (strangers.length === 0 && unseen.length === 0) return this.#arrived(gesture)
    const added = gesture.title === 'undo' ? undefined : strangers.find(({ removed }) => !removed)
    void this.load()
      .then(() => {
        // Undone meanwhile: there is nobody to choose.
        const there = added !== undefined && this.find(added.person) !== null
        this.#tell({ type: 'people', added: there ? added.person : null })
      })
      .finally(() => this.#arrived(gesture))
  }

  /** @returns false: only loading anew can show it */
  #takeContent({ person, task, after }: StoredLabel): boolean {
    const label = this.labelFor(person, task)
    // A person elsewhere, as when identities are merged, is not in sight.
    if (label === null || after === null) return true
    const hadMask = label.mask !== null
    const changed = takeOver(after, label)
    if (changed !== 'all') this.#tell({ type: 'mask', person, task, bounds: changed })
    return hadMask || changed === 'all'
  }

  #tell(change: SessionChange): void {
    if (!this.#closed) this.#listener(change)
  }
}
