import type { GestureResult } from '../../api/editing.ts'
import { MendError } from '../../dataset/mendError.ts'
import type { Label } from '../../store/labels.ts'
import type { Project } from '../../store/project.ts'
import { suspectVersion } from '../../store/suspectDecisions.ts'
import { knownTask } from './applyEdits.ts'
import { EditsConflict, labelConflict, revisionOf } from './conflicts.ts'
import type { GestureRecording } from './gestureRecording.ts'
import { storeGesture, type GestureHead } from './storeGesture.ts'

type Head = Omit<GestureHead, 'reason'>

/**
 * Puts what a label was before one of its changes back, as a change of its own.
 * @throws MendError `label-unknown`, `revision-unknown`, `image-unknown`
 */
export function restoreLabel(
  project: Project,
  input: Head & { readonly label: number; readonly revision: number; readonly base: number },
): GestureResult {
  return storeGesture(project, { ...input, reason: 'restored from the history' }, (recording) => {
    const label = labelAt(recording, input.label, input.base)
    const version = recording.writer.labels.revision(label.id, input.revision)
    if (version === undefined) {
      throw new MendError(
        'revision-unknown',
        `label ${label.id} has no revision ${input.revision}`,
        'Reload its history.',
      )
    }
    const task = knownTask(recording.writer, label.task)
    recording.writeLabel({ person: label.person, task: task.id, label }, version, true)
  })
}

/**
 * Closes a suspect that somebody worked on: the decision `fix`, tied to the revision that the label is at. Undone, the suspect is
 * open again.
 * @throws MendError `label-unknown`, `not-a-suspect`, `image-unknown`
 */
export function resolveSuspect(
  project: Project,
  input: Head & { readonly run: number; readonly label: number; readonly base: number; readonly verify: boolean },
): GestureResult {
  const reason = `fixed (suspect of run ${input.run})`
  return storeGesture(project, { ...input, reason }, (recording) => {
    const { connection } = recording.writer
    const label = labelAt(recording, input.label, input.base)
    if (suspectVersion(connection, input.run, label.id) === undefined) {
      const hint = 'Go back to the suspects: they were ranked anew.'
      throw new MendError('not-a-suspect', `run ${input.run} did not rank label ${label.id}`, hint)
    }
    if (input.verify && label.value !== null && label.state !== 'verified') {
      const task = knownTask(recording.writer, label.task)
      const { value, origin } = label
      recording.writeLabel({ person: label.person, task: task.id, label }, { value, origin, state: 'verified' }, false)
    }
    recording.decideFixed(input.run, label.id)
  })
}

/** @throws EditsConflict where the label is at another revision, MendError `label-unknown` */
function labelAt({ writer }: GestureRecording, id: number, base: number): Label {
  const label = writer.labels.get(id)
  if (label === undefined) {
    throw new MendError('label-unknown', `there is no label ${id}`, 'Reload the picture: it was removed meanwhile.')
  }
  if (revisionOf(writer.connection, id) !== base) {
    throw new EditsConflict([labelConflict(writer.connection, label.person, label.task, label)])
  }
  return label
}
