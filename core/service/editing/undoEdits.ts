import type { ChangedPerson, EditConflict, GestureResult } from '../../api/editing.ts'
import { MendError } from '../../dataset/mendError.ts'
import {
  changesOf,
  newestDone,
  nextUndone,
  renameVersion,
  setArchive,
  setDecision,
  setGestureState,
  setRedoRevision,
  type Gesture,
  type PlacedChange,
} from '../../store/gestures.ts'
import type { Label } from '../../store/labels.ts'
import { archivePerson, bringPersonBack } from '../../store/personArchive.ts'
import type { Project, ProjectWriter } from '../../store/project.ts'
import {
  decisionById,
  logDecision,
  markUndone,
  newestRevision,
  nextBatch,
  restoreRevision,
} from '../../store/suspectDecisions.ts'
import { EditsConflict, labelConflict, revisionOf, sameBox } from './conflicts.ts'
import type { TouchedLabel } from './gestureRecording.ts'
import { stored, unlessConflict } from './storeGesture.ts'

type Direction = 'undo' | 'redo'

/**
 * Takes back the newest gesture of a picture, or does the one that was taken back last again: each label gets the content from
 * before (after) as a revision of its own. Where somebody else changed a label since, nothing happens to any label, and the
 * gesture leaves the history.
 * @throws MendError `nothing-to-undo`, `history-moved` where another gesture than the one meant is next
 */
export function stepHistory(
  project: Project,
  wanted: { readonly image: number; readonly by: string; readonly gesture?: string },
  direction: Direction,
): GestureResult {
  const { image, by } = wanted
  return project.transaction((writer) => {
    const { connection } = writer
    const gesture = direction === 'undo' ? newestDone(connection, image) : nextUndone(connection, image)
    if (gesture === undefined) {
      const what = direction === 'undo' ? 'undo' : 'do again'
      throw new MendError('nothing-to-undo', `there is nothing to ${what} in this picture`, 'Edit something first.')
    }
    if (wanted.gesture !== undefined && wanted.gesture !== gesture.key) {
      const hint = 'It was done already, or another window was faster: look at the history.'
      throw new MendError('history-moved', `"${gesture.title}" is next in the history, not what was meant`, hint)
    }
    // A savepoint: what was done before a conflict was met is taken back with it.
    return unlessConflict(
      () => connection.transaction(() => new HistoryStep(writer, gesture, by, direction).perform()),
      () => setGestureState(connection, gesture.id, 'dropped'),
    )
  })
}

/** One gesture, taken back or done again. */
class HistoryStep {
  readonly #writer: ProjectWriter
  readonly #gesture: Gesture
  readonly #author: { readonly by: string; readonly why: string; readonly at: string }
  readonly #direction: Direction
  readonly #labels = new Map<number, TouchedLabel>()
  readonly #people = new Map<number, ChangedPerson>()

  constructor(writer: ProjectWriter, gesture: Gesture, by: string, direction: Direction) {
    this.#writer = writer
    this.#gesture = gesture
    this.#direction = direction
    this.#author = { by, why: `${direction}: ${gesture.title}`, at: new Date().toISOString() }
  }

  perform(): GestureResult {
    const { connection } = this.#writer
    const changes = changesOf(connection, this.#gesture.id)
    if (this.#direction === 'undo') changes.reverse()
    // Decisions name the revision that the label is at: so they come after the labels.
    for (const change of changes) if (change.kind !== 'decision') this.#change(change)
    for (const change of changes) if (change.kind === 'decision') this.#decision(change)
    setGestureState(connection, this.#gesture.id, this.#direction === 'undo' ? 'undone' : 'done')
    return stored(this.#writer, this.#gesture, { labels: this.#labels, people: this.#people })
  }

  #change(change: Exclude<PlacedChange, { kind: 'decision' }>): void {
    switch (change.kind) {
      case 'label':
        return this.#label(change)
      case 'box':
        return this.#box(change)
      case 'person-added':
      case 'person-removed':
        return this.#presence(change)
    }
  }

  #label({ position }: PlacedChange): void {
    const { labels, connection } = this.#writer
    // Read again: where the gesture changed a label twice, the first step gave its versions other numbers.
    const change = changesOf(connection, this.#gesture.id).find((one) => one.position === position)
    if (change?.kind !== 'label') return
    const undo = this.#direction === 'undo'
    const before = labels.get(change.label)
    const expected = undo ? change.versionAfter : change.versionBefore
    const content = undo ? change.undoRevision : change.redoRevision
    if (before === undefined || content === null || revisionOf(connection, before.id) !== expected) {
      throw new EditsConflict([this.#conflictOf(change.label, before)])
    }
    const made = restoreRevision(connection, { label: before.id, revision: content }, this.#author)
    // What the label was lies in the revision that was just made.
    if (undo) setRedoRevision(connection, this.#gesture.id, change.position, made)
    renameVersion(connection, before.id, undo ? change.versionBefore : change.versionAfter, made)
    const now = labels.get(change.label) ?? before
    const first = this.#labels.get(now.id)?.before ?? before
    this.#labels.set(now.id, { before: first, now, revision: made, tell: true })
  }

  #conflictOf(label: number, now: Label | undefined): EditConflict {
    if (now === undefined) return { kind: 'gone', what: `label ${label}` }
    return labelConflict(this.#writer.connection, now.person, now.task, now)
  }

  #box({ person, before, after }: Extract<PlacedChange, { kind: 'box' }>): void {
    const [from, to] = this.#direction === 'undo' ? [after, before] : [before, after]
    const now = this.#writer.people.get(person)
    if (now === undefined) throw new EditsConflict([gonePerson(person)])
    if (!sameBox(now.box, from)) throw new EditsConflict([{ kind: 'box', person, box: now.box }])
    this.#writer.people.setBox(person, to, 'human')
    this.#people.set(person, { person, box: to, removed: false })
  }

  #presence(change: Extract<PlacedChange, { kind: 'person-added' | 'person-removed' }>): void {
    const { person, position } = change
    const { connection, people } = this.#writer
    const goes = (change.kind === 'person-added') === (this.#direction === 'undo')
    const box = people.get(person)?.box ?? null
    if (goes) {
      if (people.get(person) === undefined) throw new EditsConflict([gonePerson(person)])
      setArchive(connection, this.#gesture.id, position, archivePerson(connection, person, this.#author.by))
      // Labels that went with the person need no telling.
      for (const [id, { now }] of this.#labels) if (now.person === person) this.#labels.delete(id)
    } else {
      const back = change.archive !== null && bringPersonBack(connection, change.archive)
      if (!back) throw new EditsConflict([gonePerson(person)])
      setArchive(connection, this.#gesture.id, position, null)
    }
    this.#people.set(person, { person, box: goes ? box : (people.get(person)?.box ?? null), removed: goes })
  }

  #decision({ decision, position }: Extract<PlacedChange, { kind: 'decision' }>): void {
    const { connection, suspects } = this.#writer
    const logged = decisionById(connection, decision)
    if (logged === undefined) return
    const revision = newestRevision(connection, logged.label) || null
    if (this.#direction === 'undo') {
      // Taken back in the suspects' queue already.
      if (logged.undoneAt !== null) return
      markUndone(connection, decision, this.#author.at, revision)
      suspects.decide(logged.run, logged.label, logged.previous)
      return
    }
    suspects.decide(logged.run, logged.label, logged.decision)
    const { run, label, previous } = logged
    const again = { batch: nextBatch(connection), run, label, decision: logged.decision, previous, revision }
    const id = logDecision(connection, { ...again, at: this.#author.at, author: this.#author.by })
    setDecision(connection, this.#gesture.id, position, id)
  }
}

function gonePerson(person: number): EditConflict {
  return { kind: 'gone', what: `person ${person}` }
}
