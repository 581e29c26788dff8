import type { GestureResult } from '../../api/editing.ts'
import { boxOverlap } from '../../dataset/editing/box.ts'
import { clipParts } from '../../dataset/editing/labelPatches.ts'
import type { Box, LabelValue } from '../../dataset/label.ts'
import { humanEdit } from '../../dataset/labelOperations.ts'
import type { Person } from '../../store/people.ts'
import type { Project } from '../../store/project.ts'
import { currentLabel, knownPerson, knownTask } from './applyEdits.ts'
import { misfit } from './editedLabel.ts'
import type { GestureRecording } from './gestureRecording.ts'
import { storeGesture, type GestureHead } from './storeGesture.ts'

/** From this share on, two boxes at the same place of two pictures are the same person's. */
const sameOverlap = 0.3

export interface PropagateInput extends GestureHead {
  /** People of one other picture. */
  readonly from: readonly number[]
  readonly tasks?: readonly string[]
  readonly overwrite: boolean
}

/**
 * Copies people's labels to the same places of another picture (`image`): onto the person there whose box overlaps theirs most,
 * or onto a new one. Labels that are there stay, unless they are to be overwritten. One gesture in the other picture.
 * @throws MendError `person-unknown`, `image-unknown`, `unknown-task`, `edit-misfit`
 */
export function propagate(project: Project, input: PropagateInput): GestureResult {
  return storeGesture(project, input, (recording) => {
    const taken = new Set<number>()
    for (const id of input.from) {
      const person = knownPerson(recording.writer, id)
      if (person.image === input.image) throw misfit(`person ${id} is in this picture already`)
      const target = match(recording, person, input.image, taken) ?? newPerson(recording, person, input.image)
      taken.add(target)
      copyLabels(recording, person.id, target, input)
    }
  })
}

function match({ writer }: GestureRecording, person: Person, image: number, taken: ReadonlySet<number>): number | null {
  let best: { person: number; overlap: number } | null = null
  for (const other of writer.people.ofImage(image)) {
    if (person.box === null || other.box === null || taken.has(other.id)) continue
    const overlap = boxOverlap(person.box, other.box)
    if (overlap >= sameOverlap && overlap > (best?.overlap ?? 0)) best = { person: other.id, overlap }
  }
  return best?.person ?? null
}

function newPerson(recording: GestureRecording, person: Person, image: number): number {
  const size = recording.writer.images.get(image)
  const box = person.box === null || size === undefined ? null : clipBox(person.box, size)
  return recording.addPerson(image, box)
}

function clipBox(box: Box, image: { readonly width: number; readonly height: number }): Box | null {
  const [x, y] = [Math.max(0, box.x), Math.max(0, box.y)]
  const width = Math.min(image.width, box.x + box.width) - x
  const height = Math.min(image.height, box.y + box.height) - y
  return width > 0 && height > 0 ? { x, y, width, height } : null
}

function copyLabels(recording: GestureRecording, from: number, to: number, input: PropagateInput): void {
  const { writer } = recording
  for (const name of input.tasks ?? []) knownTask(writer, name)
  for (const label of writer.labels.currentOf(from, input.tasks)) {
    const value = label.value === null ? null : placed(recording, label.value, input.image)
    const there = currentLabel(writer, to, label.task)
    if (value === null || (there !== null && there.value !== null && !input.overwrite)) continue
    const task = knownTask(writer, label.task)
    recording.writeLabel({ person: to, task: task.id, label: there }, { ...humanEdit, value }, true)
  }
}

/** null: it has no place in the other picture. Depth and normals say nothing of another picture. */
function placed({ writer }: GestureRecording, value: LabelValue, image: number): LabelValue | null {
  const size = writer.images.get(image)
  if (value.kind === 'depth' || value.kind === 'normals' || size === undefined) return null
  return value.kind === 'parts' ? clipParts(value, size) : value
}
