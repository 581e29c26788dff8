import type { EditConflict, GestureResult, LabelEdit } from '../../api/editing.ts'
import { MendError } from '../../dataset/mendError.ts'
import type { Label } from '../../store/labels.ts'
import type { Project, ProjectWriter } from '../../store/project.ts'
import type { Task } from '../../store/tasks.ts'
import { EditsConflict, labelConflict, revisionOf } from './conflicts.ts'
import { editedLabel } from './editedLabel.ts'
import type { GestureRecording } from './gestureRecording.ts'
import { storeGesture, type GestureHead } from './storeGesture.ts'

/**
 * Stores one gesture on labels. Each label must be at the revision that its edit is based on; where one is not, nothing is
 * stored and what it is now is answered.
 * @throws MendError `image-unknown`, `person-unknown`, `unknown-task`, and those of `editedLabel`
 */
export function applyEdits(
  project: Project,
  input: GestureHead & { readonly edits: readonly LabelEdit[] },
): GestureResult {
  return storeGesture(project, input, (recording) => {
    checkBases(recording.writer, input.edits)
    for (const edit of input.edits) performEdit(project, recording, edit)
  })
}

/** @throws EditsConflict naming every label that is not at its base */
export function checkBases(writer: ProjectWriter, edits: readonly Pick<LabelEdit, 'person' | 'task' | 'base'>[]): void {
  const conflicts: EditConflict[] = []
  for (const { person, task, base } of edits) {
    knownPerson(writer, person)
    // Without its value, which for a mask takes long to decode.
    const id = writer.labels.currentId(person, knownTask(writer, task).id)
    const revision = id === undefined ? null : revisionOf(writer.connection, id)
    if (revision === base) continue
    conflicts.push(labelConflict(writer.connection, person, task, currentLabel(writer, person, task)))
  }
  if (conflicts.length > 0) throw new EditsConflict(conflicts)
}

/** The label in force of a person and task. @throws MendError `person-unknown`, `unknown-task` */
export function currentLabel(writer: ProjectWriter, person: number, task: string): Label | null {
  knownPerson(writer, person)
  knownTask(writer, task)
  return writer.labels.currentOf(person, [task]).at(0) ?? null
}

export function knownTask(writer: ProjectWriter, name: string): Task {
  const task = writer.tasks.find(name)
  if (task !== undefined) return task
  throw new MendError('unknown-task', `the project has no task ${name}`, 'Reload the picture: the tasks changed.')
}

export function knownPerson(
  writer: ProjectWriter,
  id: number,
): NonNullable<ReturnType<ProjectWriter['people']['get']>> {
  const person = writer.people.get(id)
  if (person !== undefined) return person
  throw new MendError('person-unknown', `there is no person ${id}`, 'Reload the picture: they were deleted meanwhile.')
}

function performEdit(project: Project, recording: GestureRecording, edit: LabelEdit): void {
  const { writer } = recording
  const person = knownPerson(writer, edit.person)
  const image = writer.images.get(person.image)
  const task = knownTask(writer, edit.task)
  const label = currentLabel(writer, edit.person, edit.task)
  if (image === undefined)
    throw new MendError('image-unknown', `there is no image ${person.image}`, 'Reload the picture.')
  const version = editedLabel({ project, writer, person, image, task, label }, edit.change)
  // What the service works out is not known to the window.
  const tell = ['accept', 'copy', 'invalidate'].includes(edit.change.type)
  recording.writeLabel({ person: person.id, task: task.id, label }, version, tell)
}
