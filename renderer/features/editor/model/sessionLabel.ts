import type { LabelAfter, LabelChange } from '../../../../core/api/editing.ts'
import type { DrawnLabel, DrawnPerson, DrawnValue, DrawnValueOf, TaskView } from '../../../../core/api/labels.ts'
import { noAnswers } from '../../../../core/dataset/editing/attributes.ts'
import { noJoints } from '../../../../core/dataset/editing/keypoints.ts'
import {
  pasteMask,
  partsOfMask,
  type Bounds,
  type MaskPatch,
  type PartMask,
} from '../../../../core/dataset/editing/mask.ts'
import { cellsOfRuns, partsRuns, patchRuns } from '../../../../core/dataset/editing/maskRuns.ts'
import { visibility, type Joint, type Visibility } from '../../../../core/dataset/label.ts'
import { componentNames } from '../../../../core/dataset/task.ts'

type JointTuple = DrawnValueOf<'keypoints'>['joints'][number]

/** One label as the window shows it: what the service last said, and over it what is on its way there. */
export interface SessionLabel {
  readonly task: string
  /** null: the person has none yet. */
  label: number | null
  /** Base of the next edit. */
  revision: number | null
  state: DrawnLabel['state']
  origin: DrawnLabel['origin']
  source: string | null
  disputed: boolean
  /** Of a part map that was `painted`, what the mask says is newer. */
  value: DrawnValue | null
  /** The part map at image resolution, once it is edited. */
  mask: PartMask | null
  painted: boolean
}

export interface SessionPerson {
  readonly person: number
  box: DrawnPerson['box']
  readonly labels: Map<string, SessionLabel>
}

export type SessionBox = SessionPerson['box']

/** A finished gesture's effect on one label. What the service works out (`accept`, `copy`) shows when it has answered. */
export type LocalChange =
  | { readonly type: 'joints'; readonly joints: readonly { readonly index: number; readonly joint: Joint }[] }
  /** `drawn`: it is in the mask already, and in its picture. */
  | { readonly type: 'paint'; readonly patch: MaskPatch; readonly drawn?: boolean }
  | {
      readonly type: 'answers'
      readonly values: readonly { readonly index: number; readonly value: boolean | null }[]
    }
  | { readonly type: 'identity'; readonly identity: string | null }
  | { readonly type: 'clear' }
  | {
      readonly type: 'remote'
      readonly change: Extract<LabelChange, { type: 'set-state' | 'accept' | 'copy' | 'invalidate' }>
    }

export function emptyLabel(task: string): SessionLabel {
  return {
    task,
    label: null,
    revision: null,
    state: 'unlabelled',
    origin: 'human',
    source: null,
    disputed: false,
    value: null,
    mask: null,
    painted: false,
  }
}

const tupleOf = ({ x, y, v }: Joint): JointTuple => [x, y, v]

const visibilities = new Set<number>(Object.values(visibility))
const isVisibility = (v: number): v is Visibility => visibilities.has(v)

/** A joint of the contract; a visibility that is none counts as "not annotated". */
function jointOf([x, y, v]: JointTuple): Joint {
  return isVisibility(v) ? { x, y, v } : { x: 0, y: 0, v: visibility.notAnnotated }
}

export function keypointsValue(joints: readonly Joint[]): DrawnValueOf<'keypoints'> {
  return { kind: 'keypoints', joints: joints.map(tupleOf) }
}

/** Joints of a label, each "not annotated" where it has none. */
export function jointsOf(label: Pick<SessionLabel, 'value'> | null, schema: TaskView['schema']): Joint[] {
  if (schema.kind !== 'keypoints') return []
  return label?.value?.kind === 'keypoints' ? label.value.joints.map(jointOf) : noJoints(schema.joints.length)
}

/** Answers of a label, each "not annotated" where it has none. */
export function answersOf(label: SessionLabel | null, schema: TaskView['schema']): (boolean | null)[] {
  if (schema.kind !== 'attributes') return []
  if (label?.value?.kind === 'attributes') return label.value.values
  return noAnswers(schema.attributes.length)
}

/** What the service is told; for a person without a part map, the whole of what the change begins. */
export function wireChange(change: LocalChange, label: SessionLabel, schema: TaskView['schema']): LabelChange {
  const names = componentNames(schema)
  switch (change.type) {
    case 'joints': {
      const joints = change.joints.map(({ index, joint }) => ({ index, name: names[index], joint: tupleOf(joint) }))
      return { type: 'set-joints', joints }
    }
    case 'paint': {
      const begins = label.label === null || label.state === 'unlabelled'
      const window = patchRuns(change.patch)
      return begins ? { type: 'set-value', value: { kind: 'parts', ...window } } : { type: 'paint', ...window }
    }
    case 'answers':
      return { type: 'set-attributes', values: change.values.map((each) => ({ ...each, name: names[each.index] })) }
    case 'identity': {
      const camera = label.value?.kind === 'identity' ? label.value.camera : null
      return { type: 'set-value', value: { kind: 'identity', identity: change.identity, camera } }
    }
    case 'clear':
      return { type: 'set-value', value: null }
    case 'remote':
      return change.change
  }
}

/** Shows a change at once. @returns the rectangle of the mask that it changed; null: none */
export function showChange(change: LocalChange, label: SessionLabel, schema: TaskView['schema']): Bounds | null {
  switch (change.type) {
    case 'joints': {
      const joints = jointsOf(label, schema)
      for (const { index, joint } of change.joints) joints[index] = joint
      label.value = keypointsValue(joints)
      return null
    }
    case 'paint':
      label.painted = label.mask !== null
      if (label.mask !== null) pasteMask(label.mask, change.patch.bounds, change.patch.after)
      return change.patch.bounds
    case 'answers': {
      const values = [...answersOf(label, schema)]
      for (const { index, value } of change.values) values[index] = value
      label.value = { kind: 'attributes', values }
      return null
    }
    case 'identity': {
      const camera = label.value?.kind === 'identity' ? label.value.camera : null
      label.value = { kind: 'identity', identity: change.identity, camera }
      return null
    }
    case 'clear':
      label.value = null
      label.mask = null
      label.painted = false
      return null
    case 'remote':
      return null
  }
}

/** Takes over what the service says. @returns the rectangle of the mask that it changed; 'all': another value altogether */
export function takeOver(after: LabelAfter, label: SessionLabel): Bounds | 'all' {
  if (after.type === 'value') {
    label.value = after.value
    label.mask = null
    label.painted = false
    return 'all'
  }
  const { left, top, width, height } = after
  const bounds = { left, top, width, height }
  if (label.mask !== null) pasteMask(label.mask, bounds, cellsOfRuns(after))
  label.painted = label.mask !== null
  return bounds
}

/** A part map's drawn value as cells of the picture: only where the value has a cell a pixel. */
export function isWhole(value: DrawnValueOf<'parts'>): boolean {
  return value.columns === value.width && value.rows === value.height
}

/** The drawn value of a mask. */
export function drawnOfMask(mask: PartMask): DrawnValueOf<'parts'> {
  const whole = partsRuns(partsOfMask(mask))
  return { kind: 'parts', ...whole, columns: whole.width, rows: whole.height }
}
