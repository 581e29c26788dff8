import type { GestureResult, PeopleChange } from '../../api/editing.ts'
import { transferValue } from '../../dataset/editing/labelPatches.ts'
import { moveBox } from '../../dataset/editing/box.ts'
import type { Box, LabelValue } from '../../dataset/label.ts'
import { humanEdit, type LabelVersion } from '../../dataset/labelOperations.ts'
import { boxDefect, isEmptyValue } from '../../dataset/labelValue.ts'
import { MendError } from '../../dataset/mendError.ts'
import type { Image } from '../../store/images.ts'
import type { Label } from '../../store/labels.ts'
import type { Person } from '../../store/people.ts'
import type { Project } from '../../store/project.ts'
import { checkBases, currentLabel, knownPerson, knownTask } from './applyEdits.ts'
import { EditsConflict, sameBox } from './conflicts.ts'
import { misfit } from './editedLabel.ts'
import type { GestureRecording } from './gestureRecording.ts'
import { storeGesture, type GestureHead } from './storeGesture.ts'

/**
 * Adds, removes or duplicates a person, gives a label to another one, or changes a box: one gesture, which can be undone.
 * @throws MendError `person-unknown`, `unknown-task`, `image-unknown`, `box-invalid`, `edit-misfit`
 */
export function changePeople(project: Project, input: GestureHead & { readonly change: PeopleChange }): GestureResult {
  const { change } = input
  return storeGesture(project, input, (recording) => {
    switch (change.type) {
      case 'add':
        recording.addPerson(input.image, checkedBox(change.box))
        return
      case 'delete':
        recording.removePerson(change.person, knownPerson(recording.writer, change.person).box)
        return
      case 'duplicate':
        return duplicate(recording, change)
      case 'reassign':
        return reassign(recording, change)
      case 'box':
        return setBox(recording, change)
    }
  })
}

function checkedBox(box: Box | null): Box | null {
  const defect = box === null ? null : boxDefect(box)
  if (defect === null) return box
  throw new MendError('box-invalid', `this cannot be a box: ${defect}`, 'Draw it again: it needs a width and a height.')
}

function setBox(recording: GestureRecording, change: Extract<PeopleChange, { type: 'box' }>): void {
  const { box } = knownPerson(recording.writer, change.person)
  if (!sameBox(box, change.base)) throw new EditsConflict([{ kind: 'box', person: change.person, box }])
  const after = checkedBox(change.box)
  if (!sameBox(box, after)) recording.setBox(change.person, box, after)
}

function duplicate(recording: GestureRecording, change: Extract<PeopleChange, { type: 'duplicate' }>): void {
  const { writer } = recording
  const original = knownPerson(writer, change.person)
  const image = knownImage(recording, original)
  const box = original.box === null ? null : moveBox(original.box, change.dx, change.dy, image)
  const [dx, dy] =
    box === null || original.box === null ? [change.dx, change.dy] : [box.x - original.box.x, box.y - original.box.y]
  const copy = recording.addPerson(original.image, box)
  for (const label of writer.labels.currentOf(original.id)) {
    const value = label.value === null || label.value.kind === 'identity' ? null : shifted(label.value, dx, dy, image)
    if (value === null || isEmptyValue(value)) continue
    const task = knownTask(writer, label.task)
    recording.writeLabel({ person: copy, task: task.id, label: null }, { ...humanEdit, value }, true)
  }
}

/** null: nothing of it can lie there. */
function shifted(value: LabelValue, dx: number, dy: number, image: Image): LabelValue | null {
  if (dx === 0 && dy === 0) return value
  return transferValue(value, { x: 0, y: 0, width: 1, height: 1 }, { x: dx, y: dy, width: 1, height: 1 }, image)
}

function knownImage({ writer }: GestureRecording, person: Person): Image {
  const image = writer.images.get(person.image)
  if (image !== undefined) return image
  throw new MendError('image-unknown', `there is no image ${person.image}`, 'Reload the picture.')
}

function reassign(recording: GestureRecording, change: Extract<PeopleChange, { type: 'reassign' }>): void {
  const { writer } = recording
  const { task, from, to } = change
  if (from === to) throw misfit('a label cannot be given to the person who has it')
  checkBases(writer, [
    { person: from, task, base: change.fromBase },
    { person: to, task, base: change.toBase },
  ])
  const [given, taken] = [currentLabel(writer, from, task), currentLabel(writer, to, task)]
  if (given === null || given.value === null) throw misfit(`there is no label of ${task} to give away`)
  const { id } = knownTask(writer, task)
  recording.writeLabel({ person: to, task: id, label: taken }, contentOf(given), true)
  recording.writeLabel({ person: from, task: id, label: given }, contentOf(taken), true)
}

/** The same value as somebody's label. A rejected label is no better with another person. */
function contentOf(label: Label | null): LabelVersion {
  if (label === null || label.value === null) return { value: null, state: 'unlabelled', origin: 'human' }
  return { ...humanEdit, value: label.value, state: label.state === 'rejected' ? 'rejected' : 'labelled' }
}
