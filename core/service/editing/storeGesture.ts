import type { ChangedPerson, EditConflict, GestureResult, LabelAfter, StoredLabel } from '../../api/editing.ts'
import { clipParts, partsDifference } from '../../dataset/editing/labelPatches.ts'
import { patchRuns } from '../../dataset/editing/maskRuns.ts'
import type { LabelVersion } from '../../dataset/labelOperations.ts'
import { MendError } from '../../dataset/mendError.ts'
import {
  changesOf,
  findGesture,
  historyState,
  insertGesture,
  setGestureState,
  type Gesture,
} from '../../store/gestures.ts'
import type { Image } from '../../store/images.ts'
import type { Label } from '../../store/labels.ts'
import type { Project, ProjectWriter } from '../../store/project.ts'
import { drawnValueOf } from '../drawnLabels.ts'
import { EditsConflict, revisionOf } from './conflicts.ts'
import { GestureRecording, type TouchedLabel } from './gestureRecording.ts'

export interface GestureHead {
  /** The picture in whose history the gesture is. */
  readonly image: number
  /** The window's own name of it. */
  readonly gesture: string
  /** In words. */
  readonly reason: string
  readonly by: string
}

/**
 * Stores one gesture in one transaction: all of it, or, where `perform` meets a conflict (`EditsConflict`) or an error, nothing.
 * A gesture that is stored already is answered with what became of it.
 * @throws MendError `image-unknown`, and what `perform` throws
 */
export function storeGesture(
  project: Project,
  head: GestureHead,
  perform: (recording: GestureRecording) => void,
): GestureResult {
  const image = project.images.get(head.image)
  if (image === undefined) {
    throw new MendError('image-unknown', `there is no image ${head.image}`, 'Look at the list again.')
  }
  return unlessConflict(() =>
    project.transaction((writer) => {
      const known = findGesture(writer.connection, head.gesture)
      if (known !== undefined) return resultOfKnown(writer, known, image)
      const at = new Date().toISOString()
      const { gesture: key, reason: title, by: author } = head
      const id = insertGesture(writer.connection, { key, image: image.id, title, at, author })
      const recording = new GestureRecording(writer, id, { by: author, why: title, at })
      perform(recording)
      if (!recording.changed) setGestureState(writer.connection, id, 'dropped')
      return stored(writer, { key, title, image: image.id }, recording)
    }),
  )
}

/** The result of a transaction, or the conflict that ended it. */
export function unlessConflict(work: () => GestureResult, onConflict?: () => void): GestureResult {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof EditsConflict)) throw error
    onConflict?.()
    const conflicts: EditConflict[] = [...error.conflicts]
    return { outcome: 'label-changed', conflicts }
  }
}

/** What a window is told of changes that are in. */
export function stored(
  writer: ProjectWriter,
  gesture: Pick<Gesture, 'key' | 'title' | 'image'>,
  touched: { readonly labels: ReadonlyMap<number, TouchedLabel>; readonly people: ReadonlyMap<number, ChangedPerson> },
): GestureResult {
  return {
    outcome: 'stored',
    gesture: gesture.key,
    title: gesture.title,
    labels: [...touched.labels.values()].map((label) => storedLabel(writer, label)),
    people: [...touched.people.values()],
    history: historyState(writer.connection, gesture.image),
  }
}

/** Most cells along the longer side of what no tool draws into. */
const shownSide = 2048

function storedLabel(writer: ProjectWriter, { before, now, revision, tell }: TouchedLabel): StoredLabel {
  const { id, person, task, state, origin } = now
  return {
    label: id,
    person,
    task,
    revision,
    state,
    origin,
    after: tell ? labelAfter(before, now, imageOf(writer, person)) : null,
  }
}

function imageOf(writer: ProjectWriter, person: number): Image | undefined {
  const found = writer.people.get(person)
  return found && writer.images.get(found.image)
}

/** What there is to draw anew: of two masks, where they differ within the picture. */
function labelAfter(before: LabelVersion | null, now: LabelVersion, image: Image | undefined): LabelAfter {
  if (before?.value?.kind === 'parts' && now.value?.kind === 'parts' && image !== undefined) {
    const [old, fresh] = [clipParts(before.value, image), clipParts(now.value, image)]
    const difference = old === null || fresh === null ? null : partsDifference(old, fresh)
    if (difference !== null) {
      const { bounds, cells } = difference
      return { type: 'paint', ...patchRuns({ bounds, before: cells, after: cells }) }
    }
  }
  if (now.value === null) return { type: 'value', value: null }
  const onlyLookedAt = now.value.kind === 'depth' || now.value.kind === 'normals'
  return { type: 'value', value: drawnValueOf(now.value, onlyLookedAt ? shownSide : undefined) }
}

/** A gesture that came a second time, since its first answer was lost: its labels and people as they are now. */
function resultOfKnown(writer: ProjectWriter, gesture: Gesture, image: Image): GestureResult {
  const labels = new Map<number, TouchedLabel>()
  const people = new Map<number, ChangedPerson>()
  for (const change of changesOf(writer.connection, gesture.id)) {
    if (change.kind === 'label') {
      const now: Label | undefined = writer.labels.get(change.label)
      if (now === undefined) continue
      labels.set(now.id, { before: null, now, revision: revisionOf(writer.connection, now.id), tell: true })
    } else if (change.kind !== 'decision') {
      const { person } = change
      const found = writer.people.get(person)
      people.set(person, { person, box: found?.box ?? null, removed: found === undefined })
    }
  }
  return stored(writer, { key: gesture.key, title: gesture.title, image: image.id }, { labels, people })
}
