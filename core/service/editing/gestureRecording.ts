import type { ChangedPerson } from '../../api/editing.ts'
import type { Box } from '../../dataset/label.ts'
import type { LabelVersion } from '../../dataset/labelOperations.ts'
import { addChange } from '../../store/gestures.ts'
import type { Author, Label } from '../../store/labels.ts'
import { archivePerson } from '../../store/personArchive.ts'
import type { ProjectWriter } from '../../store/project.ts'
import { logDecision, newestRevision, nextBatch, suspectVersion } from '../../store/suspectDecisions.ts'

/** A label that a gesture touched. */
export interface TouchedLabel {
  /** As the window had it; null: there was none. */
  readonly before: LabelVersion | null
  readonly now: Label
  readonly revision: number
  /** The window cannot know what came of it (a prediction, a copy): it must be told. */
  readonly tell: boolean
}

/** Does the changes of one gesture and notes how each is undone. Inside a transaction. */
export class GestureRecording {
  readonly writer: ProjectWriter
  readonly labels = new Map<number, TouchedLabel>()
  readonly people = new Map<number, ChangedPerson>()
  readonly #gesture: number
  readonly #author: Required<Author>

  constructor(writer: ProjectWriter, gesture: number, author: Required<Author>) {
    this.writer = writer
    this.#gesture = gesture
    this.#author = author
  }

  /** Whether anything was changed at all. */
  changed = false

  /** Gives a person's label of a task (`null`: there is none yet) another content. */
  writeLabel(
    place: { readonly person: number; readonly task: number; readonly label: Label | null },
    version: LabelVersion,
    tell: boolean,
  ): void {
    const { labels, connection } = this.writer
    const label = place.label ?? this.#emptyLabel(place.person, place.task)
    const { id } = label
    const before = newestRevision(connection, id)
    labels.replace(id, version, this.#author)
    const { value, state, origin } = version
    const now: Label = { ...label, value, state, origin, touched: true }
    const after = newestRevision(connection, id)
    this.#add({
      kind: 'label',
      label: id,
      versionBefore: before,
      versionAfter: after,
      undoRevision: after,
      redoRevision: null,
    })
    const first = this.labels.get(id)
    this.labels.set(id, {
      before: first === undefined ? place.label : first.before,
      now,
      revision: after,
      tell: tell || first?.tell === true,
    })
  }

  setBox(person: number, before: Box | null, after: Box | null): void {
    this.writer.people.setBox(person, after, 'human')
    this.#add({ kind: 'box', person, before, after })
    this.people.set(person, { person, box: after, removed: false })
  }

  addPerson(image: number, box: Box | null): number {
    const person = this.writer.people.insert({ image, box, boxOrigin: 'human' })
    this.writer.advanceGeneration()
    this.#add({ kind: 'person-added', person, archive: null })
    this.people.set(person, { person, box, removed: false })
    return person
  }

  removePerson(person: number, box: Box | null): void {
    const archive = archivePerson(this.writer.connection, person, this.#author.by)
    this.#add({ kind: 'person-removed', person, archive })
    this.people.set(person, { person, box, removed: true })
  }

  /** Notes that a suspect was fixed, with the revision that the label is at. */
  decideFixed(run: number, label: number): void {
    const { connection, suspects } = this.writer
    const previous = suspectVersion(connection, run, label)?.decision ?? null
    suspects.decide(run, label, 'fix')
    const id = logDecision(connection, {
      batch: nextBatch(connection),
      run,
      label,
      decision: 'fix',
      previous,
      revision: newestRevision(connection, label) || null,
      at: this.#author.at,
      author: this.#author.by,
    })
    this.#add({ kind: 'decision', decision: id })
  }

  #add(change: Parameters<typeof addChange>[2]): void {
    this.changed = true
    addChange(this.writer.connection, this.#gesture, change)
  }

  /** A new label begins as one that nobody gave a value: so it has a history from its first stroke on. */
  #emptyLabel(person: number, task: number): Label {
    const { labels } = this.writer
    const empty = { source: null, value: null, state: 'unlabelled', origin: 'human', current: true } as const
    const made = labels.get(labels.insert({ person, task, ...empty }))
    if (made === undefined) throw new Error('a label that was just made is not there')
    return made
  }
}
