import type { GestureResult, Identities, IdentityChange } from '../../api/editing.ts'
import { humanEdit } from '../../dataset/labelOperations.ts'
import { MendError } from '../../dataset/mendError.ts'
import { identityNames, labelsOfIdentities } from '../../store/identities.ts'
import type { Project } from '../../store/project.ts'
import { currentLabel, knownTask } from './applyEdits.ts'
import { misfit } from './editedLabel.ts'
import type { GestureRecording } from './gestureRecording.ts'
import { storeGesture, type GestureHead } from './storeGesture.ts'

/**
 * Merges identities, or splits people off theirs, wherever they are in the project: one gesture, which can be undone.
 * @throws MendError `unknown-task`, `edit-misfit`, `person-unknown`
 */
export function changeIdentities(
  project: Project,
  input: GestureHead & { readonly task: string; readonly change: IdentityChange },
): GestureResult {
  return storeGesture(project, input, (recording) => {
    const task = knownTask(recording.writer, input.task)
    if (task.schema.kind !== 'identity') throw misfit(`${task.name} does not say who somebody is`)
    const { change } = input
    if (change.type === 'merge') {
      const from = change.from.filter((name) => name !== change.into)
      for (const label of labelsOfIdentities(recording.writer.connection, task.id, from)) {
        rename(recording, task.id, label.person, task.name, change.into)
      }
    } else for (const person of change.people) rename(recording, task.id, person, task.name, change.into)
  })
}

function rename(recording: GestureRecording, task: number, person: number, name: string, into: string): void {
  const label = currentLabel(recording.writer, person, name)
  const known = label?.value?.kind === 'identity' ? label.value : null
  if (known?.identity === into) return
  const value = { kind: 'identity', identity: into, camera: known?.camera ?? null } as const
  recording.writeLabel({ person, task, label }, { ...humanEdit, value }, true)
}

/** Names to offer while somebody types: those that begin with the text first, then those with most people. */
export function listIdentities(
  project: Project,
  query: { readonly task: string; readonly text: string; readonly limit: number },
): Identities {
  const task = project.tasks.find(query.task)
  if (task === undefined) {
    throw new MendError('unknown-task', `the project has no task ${query.task}`, 'Reload the picture.')
  }
  return identityNames(project.connection, task.id, query.text.trim(), query.limit)
}
