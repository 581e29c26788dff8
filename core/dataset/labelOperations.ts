import type { Joint, LabelOrigin, LabelState, LabelValue, PartsValue } from './label.ts'
import { MendError } from './mendError.ts'

/** What a label is at one moment. `value` is null exactly when the state is `unlabelled`. */
export interface LabelVersion {
  readonly value: LabelValue | null
  readonly state: LabelState
  readonly origin: LabelOrigin
}

/** State and origin that an operation leaves behind. */
export interface LabelMark {
  readonly state: LabelState
  readonly origin: LabelOrigin
}

/**
 * An edit of one label as a value: it can be shown, stored, applied and undone (`invertOperation`). Small edits carry
 * only what they touch, so that undoing a stroke on a large mask does not cost a mask.
 */
export type LabelOperation =
  | { readonly type: 'set-value'; readonly value: LabelValue | null; readonly mark: LabelMark }
  | { readonly type: 'set-state'; readonly mark: LabelMark }
  | { readonly type: 'set-attribute'; readonly index: number; readonly value: boolean | null; readonly mark: LabelMark }
  | { readonly type: 'set-joint'; readonly index: number; readonly joint: Joint; readonly mark: LabelMark }
  /** Exchanges every joint with its partner in `flip`, an involution: its own inverse but for the mark. */
  | { readonly type: 'swap-sides'; readonly flip: readonly number[]; readonly mark: LabelMark }
  /** Replaces a rectangle of the mask's window; `left`, `top` in window pixels, `data` row-major. */
  | {
      readonly type: 'paint-parts'
      readonly left: number
      readonly top: number
      readonly width: number
      readonly height: number
      readonly data: Uint8Array
      readonly mark: LabelMark
    }

/** The mark of a person's edit. */
export const humanEdit: LabelMark = { state: 'labelled', origin: 'human' }

/** The label after the operation; `version` is not changed. Throws `operation-misfit` when the label has another shape. */
export function applyOperation(version: LabelVersion, operation: LabelOperation): LabelVersion {
  const next: LabelVersion = { ...operation.mark, value: changedValue(version.value, operation) }
  if ((next.value === null) !== (next.state === 'unlabelled')) {
    throw misfit(
      operation,
      next.value === null ? 'leaves no value but not "unlabelled"' : 'leaves a value as "unlabelled"',
    )
  }
  return next
}

/** The operation that takes `applyOperation(version, operation)` back to `version`. */
export function invertOperation(version: LabelVersion, operation: LabelOperation): LabelOperation {
  const mark: LabelMark = { state: version.state, origin: version.origin }
  switch (operation.type) {
    case 'set-value':
      return { type: 'set-value', value: version.value, mark }
    case 'set-state':
      return { type: 'set-state', mark }
    case 'swap-sides':
      return { ...operation, mark }
    case 'set-attribute':
      return { ...operation, value: entryAt(attributesOf(version.value, operation), operation.index, operation), mark }
    case 'set-joint':
      return { ...operation, joint: entryAt(jointsOf(version.value, operation), operation.index, operation), mark }
    case 'paint-parts':
      return { ...operation, data: cut(partsOf(version.value, operation), operation), mark }
  }
}

function changedValue(value: LabelValue | null, operation: LabelOperation): LabelValue | null {
  switch (operation.type) {
    case 'set-value':
      return operation.value
    case 'set-state':
      return value
    case 'set-attribute': {
      const values = attributesOf(value, operation)
      entryAt(values, operation.index, operation)
      return { kind: 'attributes', values: values.with(operation.index, operation.value) }
    }
    case 'set-joint': {
      const joints = jointsOf(value, operation)
      entryAt(joints, operation.index, operation)
      return { kind: 'keypoints', joints: joints.with(operation.index, operation.joint) }
    }
    case 'swap-sides': {
      const joints = jointsOf(value, operation)
      if (operation.flip.length !== joints.length) throw misfit(operation, `has ${operation.flip.length} partners`)
      return { kind: 'keypoints', joints: operation.flip.map((partner) => entryAt(joints, partner, operation)) }
    }
    case 'paint-parts':
      return paint(partsOf(value, operation), operation)
  }
}

type Paint = Extract<LabelOperation, { type: 'paint-parts' }>

function paint(value: PartsValue, operation: Paint): PartsValue {
  checkPatch(value, operation)
  const data = value.data.slice()
  for (let row = 0; row < operation.height; row++) {
    const from = operation.data.subarray(row * operation.width, (row + 1) * operation.width)
    data.set(from, (operation.top + row) * value.width + operation.left)
  }
  return { ...value, data }
}

function cut(value: PartsValue, patch: Paint): Uint8Array {
  checkPatch(value, patch)
  const data = new Uint8Array(patch.width * patch.height)
  for (let row = 0; row < patch.height; row++) {
    const start = (patch.top + row) * value.width + patch.left
    data.set(value.data.subarray(start, start + patch.width), row * patch.width)
  }
  return data
}

function checkPatch(value: PartsValue, patch: Paint): void {
  const fits =
    patch.left >= 0 &&
    patch.top >= 0 &&
    patch.left + patch.width <= value.width &&
    patch.top + patch.height <= value.height &&
    patch.data.length === patch.width * patch.height
  if (!fits) throw misfit(patch, `does not lie inside the mask's window of ${value.width}×${value.height}`)
}

function attributesOf(value: LabelValue | null, operation: LabelOperation): readonly (boolean | null)[] {
  if (value?.kind !== 'attributes') throw misfit(operation, `met ${value?.kind ?? 'no'} value`)
  return value.values
}

function jointsOf(value: LabelValue | null, operation: LabelOperation): readonly Joint[] {
  if (value?.kind !== 'keypoints') throw misfit(operation, `met ${value?.kind ?? 'no'} value`)
  return value.joints
}

function partsOf(value: LabelValue | null, operation: LabelOperation): PartsValue {
  if (value?.kind !== 'parts') throw misfit(operation, `met ${value?.kind ?? 'no'} value`)
  return value
}

function entryAt<T>(entries: readonly T[], index: number, operation: LabelOperation): T {
  if (!Number.isInteger(index) || index < 0 || index >= entries.length) throw misfit(operation, `has no entry ${index}`)
  return entries[index]
}

function misfit(operation: LabelOperation, what: string): MendError {
  return new MendError(
    'operation-misfit',
    `the edit "${operation.type}" ${what}`,
    'The label was changed meanwhile: reload it and repeat the edit.',
  )
}
