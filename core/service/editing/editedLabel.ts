import type { EditedValue, LabelChange } from '../../api/editing.ts'
import { noAnswers } from '../../dataset/editing/attributes.ts'
import { noJoints } from '../../dataset/editing/keypoints.ts'
import { clipParts, invalidatePixels, paintParts, transferValue } from '../../dataset/editing/labelPatches.ts'
import type { Bounds } from '../../dataset/editing/mask.ts'
import { cellsOfRuns, type MaskRuns } from '../../dataset/editing/maskRuns.ts'
import { notAnnotatedPart, type Joint, type LabelValue, type Visibility } from '../../dataset/label.ts'
import { applyOperation, humanEdit, type LabelMark, type LabelVersion } from '../../dataset/labelOperations.ts'
import { isEmptyValue, labelDefect } from '../../dataset/labelValue.ts'
import { MendError } from '../../dataset/mendError.ts'
import type { Image } from '../../store/images.ts'
import type { Label } from '../../store/labels.ts'
import type { Person } from '../../store/people.ts'
import type { Project, ProjectWriter } from '../../store/project.ts'
import type { Task } from '../../store/tasks.ts'
import { acceptedPrediction } from './ghosts.ts'

/** What an edit is done to: the label is null where the person has none of the task. */
export interface EditSubject {
  readonly project: Project
  readonly writer: ProjectWriter
  readonly person: Person
  readonly image: Image
  readonly task: Task
  readonly label: Label | null
}

const noLabel: LabelVersion = { value: null, state: 'unlabelled', origin: 'human' }

/**
 * The label after a change. Nothing is written.
 * @throws MendError `edit-misfit` for what does not suit the task or the picture, `operation-misfit`, `no-prediction`,
 *   `component-unknown`, `label-unknown`
 */
export function editedLabel(subject: EditSubject, change: LabelChange): LabelVersion {
  const now: LabelVersion = subject.label ?? noLabel
  switch (change.type) {
    case 'set-value':
      return checked(subject, change.value === null ? null : valueOf(subject, change.value), humanEdit)
    case 'set-state':
      return applyOperation(now, { type: 'set-state', mark: { state: change.state, origin: now.origin } })
    case 'set-joints':
      return checked(subject, withJoints(subject, now.value, change.joints), humanEdit)
    case 'set-attributes':
      return checked(subject, withAnswers(subject, now.value, change.values), humanEdit)
    case 'paint':
      return { ...humanEdit, value: painted(subject, now.value, change) }
    case 'invalidate':
      return checked(subject, invalidated(subject, now.value, change), humanEdit)
    case 'accept': {
      const value = acceptedPrediction(subject, change.run, change.components)
      return checked(subject, value, { state: 'labelled', origin: change.components === undefined ? 'model' : 'human' })
    }
    case 'copy':
      return checked(subject, copied(subject, change.from, change.align), humanEdit)
  }
}

/** A value that says nothing is no label. */
function checked({ task }: EditSubject, value: LabelValue | null, mark: LabelMark): LabelVersion {
  if (value === null || isEmptyValue(value)) return { ...noLabel, origin: mark.origin }
  const defect = labelDefect(task.schema, value)
  if (defect !== null) throw misfit(`the new value of ${task.name} has ${defect}`)
  return { ...mark, value }
}

function valueOf(subject: EditSubject, value: EditedValue): LabelValue {
  switch (value.kind) {
    case 'parts': {
      const { left, top, width, height } = value
      return { kind: 'parts', left, top, width, height, data: cellsIn(subject, value) }
    }
    case 'identity':
      return { kind: 'identity', identity: value.identity, camera: value.camera }
    case 'vector':
      return { kind: 'vector', values: Float32Array.from(value.values, (entry) => entry ?? NaN) }
  }
}

/** Joints without a place lie at 0, 0, whatever was sent. */
function jointOf([x, y, v]: readonly [number, number, number]): Joint {
  const seen = v as Visibility
  return seen === 1 || seen === 2 ? { x, y, v: seen } : { x: 0, y: 0, v: seen }
}

type JointsChange = Extract<LabelChange, { type: 'set-joints' }>['joints']

function withJoints({ task }: EditSubject, value: LabelValue | null, changes: JointsChange): LabelValue {
  const { schema } = task
  if (schema.kind !== 'keypoints') throw misfit(`a task of ${schema.kind} has no joints`)
  const joints = value?.kind === 'keypoints' ? [...value.joints] : noJoints(schema.joints.length)
  for (const { joint, ...of } of changes)
    joints[placeOf(of, schema.joints, `${task.name} has no joint`)] = jointOf(joint)
  return { kind: 'keypoints', joints }
}

type AnswersChange = Extract<LabelChange, { type: 'set-attributes' }>['values']

function withAnswers({ task }: EditSubject, value: LabelValue | null, changes: AnswersChange): LabelValue {
  const { schema } = task
  if (schema.kind !== 'attributes') throw misfit(`a task of ${schema.kind} has no attributes`)
  const values = value?.kind === 'attributes' ? [...value.values] : noAnswers(schema.attributes.length)
  for (const { value: answer, ...of } of changes) {
    values[placeOf(of, schema.attributes, `${task.name} has no attribute`)] = answer
  }
  return { kind: 'attributes', values }
}

/** Where a component is now: the window's own place may be that of another one, where the template was changed elsewhere. */
function placeOf(
  { index, name }: Pick<JointsChange[number], 'index' | 'name'>,
  names: readonly string[],
  lacking: string,
): number {
  const at = names[index] === name ? index : names.indexOf(name)
  if (at < 0) throw misfit(`${lacking} “${name}”`)
  return at
}

function painted(subject: EditSubject, value: LabelValue | null, patch: MaskRuns): LabelValue {
  const { schema, name } = subject.task
  if (schema.kind !== 'parts') throw misfit(`${name} is no part map`)
  const cells = cellsIn(subject, patch)
  const known = new Uint8Array(256).fill(1, 0, schema.parts.length)
  known[notAnnotatedPart] = 1
  // A loop: the rectangle may be the whole of a large picture.
  for (let at = 0; at < cells.length; at++) {
    if (known[cells[at]] === 0) throw misfit(`${name} has no part ${cells[at]}`)
  }
  return paintParts(value?.kind === 'parts' ? value : null, patch, cells)
}

function invalidated(subject: EditSubject, value: LabelValue | null, patch: MaskRuns): LabelValue {
  if (value?.kind !== 'depth' && value?.kind !== 'normals') {
    throw misfit(`${subject.task.name} has no map of depth or normals here`)
  }
  return invalidatePixels(value, patch, cellsIn(subject, patch))
}

/** The cells of a rectangle that lies in the picture: checked before anything of its size is allocated. */
function cellsIn({ image }: EditSubject, patch: MaskRuns & Bounds): Uint8Array {
  if (patch.left + patch.width > image.width || patch.top + patch.height > image.height) {
    throw misfit(`a rectangle reaches beyond the picture of ${image.width}×${image.height}`)
  }
  try {
    return cellsOfRuns(patch)
  } catch (error) {
    if (error instanceof RangeError) throw misfit(`a mask came damaged: ${error.message}`)
    throw error
  }
}

function copied(subject: EditSubject, from: number, align: 'place' | 'box'): LabelValue {
  const { writer, task, person, image } = subject
  const source = writer.labels.get(from)
  const owner = source && writer.people.get(source.person)
  if (source === undefined || owner === undefined || source.value === null) {
    throw new MendError(
      'label-unknown',
      `label ${from} has nothing to copy`,
      'Copy it again: it was changed meanwhile.',
    )
  }
  if (source.task !== task.name) throw misfit(`a label of ${source.task} cannot become one of ${task.name}`)
  if (align === 'place')
    return source.value.kind === 'parts' ? (clipParts(source.value, image) ?? nothingLeft()) : source.value
  if (owner.box === null || person.box === null)
    throw misfit('a label is fitted from box to box, and one of the two has none')
  return transferValue(source.value, owner.box, person.box, image) ?? notFitted()
}

function nothingLeft(): never {
  throw misfit('the mask lies beyond this picture')
}

function notFitted(): never {
  throw misfit('a depth map keeps its place')
}

/** An edit that does not suit what it is done to. */
export function misfit(what: string): MendError {
  return new MendError('edit-misfit', what, 'Reload the picture and try again.')
}
