import { MendError } from './mendError.ts'
import { foldName } from './nameMatch.ts'
import type { KeypointsSchema, StoredJoints } from './task.ts'

/** A joint of a template that is being edited. */
export interface DraftJoint {
  readonly name: string
  /** The joint of the present template that it is; null: a new one. */
  readonly from: number | null
}

/** What a skeleton template is to become. */
export interface TemplateDraft {
  readonly joints: readonly DraftJoint[]
  /** Limbs, as pairs of indices into `joints`. */
  readonly edges: readonly (readonly [number, number])[]
  /** Index of each joint's partner of the other side, its own for joints of the middle. */
  readonly flip: readonly number[]
}

/** What a draft changes; names as they are now, new ones as they will be. */
export interface TemplateDifference {
  readonly added: readonly string[]
  readonly removed: readonly { readonly index: number; readonly name: string }[]
  readonly renamed: readonly { readonly from: string; readonly to: string }[]
  /** Joints that are asked for in another order than now. */
  readonly reordered: boolean
  /** Limbs that come and go. */
  readonly limbs: { readonly added: number; readonly removed: number }
  /** Whether left and right are paired otherwise. */
  readonly paired: boolean
  readonly changed: boolean
}

/** The present template as a draft in which nothing is changed. */
export function draftOf({ joints, edges, flip }: KeypointsSchema): TemplateDraft {
  return { joints: joints.map((name, from) => ({ name, from })), edges, flip }
}

/** Another template in the place of the present one: joints of the same name ("right_ankle", "Right ankle") are the same. */
export function draftFromTemplate(present: KeypointsSchema, wanted: KeypointsSchema): TemplateDraft {
  const known = new Map(present.joints.map((name, index) => [foldName(name), index]))
  const joints = wanted.joints.map((name): DraftJoint => {
    const from = known.get(foldName(name)) ?? null
    return { name: from === null ? name.replaceAll('_', ' ') : present.joints[from], from }
  })
  return { joints, edges: wanted.edges, flip: wanted.flip }
}

/** Where each joint lies in stored values. */
export function storedPlaces({ joints, stored }: KeypointsSchema): readonly number[] {
  return stored?.places ?? joints.map((_, index) => index)
}

/** Length of a stored value. */
function storedLength({ joints, stored }: KeypointsSchema): number {
  return stored?.length ?? joints.length
}

/** `stored` of a template, left out where values have the joints as they are listed. */
function withStored(schema: KeypointsSchema, { places, length }: StoredJoints): KeypointsSchema {
  const { kind, joints, edges, flip } = schema
  const asListed = length === joints.length && places.every((place, index) => place === index)
  return asListed ? { kind, joints, edges, flip } : { kind, joints, edges, flip, stored: { places, length } }
}

/** The template as other programs have it: without where its joints are stored here. */
export function plainTemplate({ kind, joints, edges, flip }: KeypointsSchema): KeypointsSchema {
  return { kind, joints, edges, flip }
}

/**
 * The template that a draft describes. Stored values stay as they are and read in its shape from then on.
 * @throws MendError `template-misfit`
 */
export function editedTemplate(present: KeypointsSchema, draft: TemplateDraft): KeypointsSchema {
  checkDraft(present, draft)
  const known = storedPlaces(present)
  let length = storedLength(present)
  const places = draft.joints.map(({ from }) => (from === null ? length++ : known[from]))
  const { edges, flip } = draft
  const joints = draft.joints.map(({ name }) => name.trim())
  return withStored({ kind: 'keypoints', joints, edges, flip }, { places, length })
}

/** A template of before in force again: what was added since keeps its place, so that nothing else ever takes it. */
export function restoredTemplate(present: KeypointsSchema, before: KeypointsSchema): KeypointsSchema {
  const length = Math.max(storedLength(present), storedLength(before))
  return withStored(before, { places: storedPlaces(before), length })
}

/** A template with joints added at its end (`extended` has them), as an import does it. */
export function extendedTemplate(present: KeypointsSchema, extended: KeypointsSchema): KeypointsSchema {
  if (present.stored === undefined) return plainTemplate(extended)
  let { length } = present.stored
  const places = extended.joints.map((_, index) => present.stored?.places[index] ?? length++)
  return withStored(extended, { places, length })
}

/** `before` as a draft of the present template: joints are the same where they lie at the same place of stored values. */
export function draftOfStored(present: KeypointsSchema, before: KeypointsSchema): TemplateDraft {
  const known = new Map(storedPlaces(present).map((place, index) => [place, index]))
  const places = storedPlaces(before)
  const joints = before.joints.map((name, index) => ({ name, from: known.get(places[index]) ?? null }))
  return { joints, edges: before.edges, flip: before.flip }
}

/** For each joint of `to` the joint of `from` that has its values; null: none. */
export function sameJoints(from: KeypointsSchema, to: KeypointsSchema): (number | null)[] {
  const known = new Map(storedPlaces(from).map((place, index) => [place, index]))
  return storedPlaces(to).map((place) => known.get(place) ?? null)
}

/** What a draft changes. */
export function templateDifference(present: KeypointsSchema, draft: TemplateDraft): TemplateDifference {
  const kept = draft.joints.flatMap(({ from }) => from ?? [])
  const renamed = draft.joints.flatMap(({ name, from }) =>
    from === null || name.trim() === present.joints[from] ? [] : [{ from: present.joints[from], to: name.trim() }],
  )
  const added = draft.joints.flatMap(({ name, from }) => (from === null ? [name.trim()] : []))
  const removed = present.joints.flatMap((name, index) => (kept.includes(index) ? [] : [{ index, name }]))
  const reordered = kept.some((from, at) => at > 0 && from < kept[at - 1])
  const limbs = limbDifference(present, draft)
  const paired = draft.joints.some(({ from }, index) => {
    const partner = draft.joints[draft.flip[index]]?.from ?? null
    return from !== null && present.flip[from] !== partner
  })
  const changed =
    added.length + removed.length + renamed.length + limbs.added + limbs.removed > 0 || reordered || paired
  return { added, removed, renamed, reordered, limbs, paired, changed }
}

function limbDifference(present: KeypointsSchema, draft: TemplateDraft): TemplateDifference['limbs'] {
  const key = (a: number, b: number): string => `${Math.min(a, b)} ${Math.max(a, b)}`
  const before = new Set(present.edges.map(([a, b]) => key(a, b)))
  const after = draft.edges.map(([a, b]) => {
    const [from, to] = [draft.joints[a]?.from ?? null, draft.joints[b]?.from ?? null]
    return from === null || to === null ? null : key(from, to)
  })
  const kept = new Set(after.filter((each) => each !== null && before.has(each)))
  return { added: after.length - kept.size, removed: before.size - kept.size }
}

/** What is wrong with a draft, in words; null: nothing. */
export function draftDefect(present: KeypointsSchema, { joints, edges, flip }: TemplateDraft): string | null {
  if (joints.length === 0) return 'a template has at least one joint'
  const names = joints.map(({ name }) => name.trim())
  if (names.includes('')) return 'every joint needs a name'
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) return `two joints are called “${twice}”`
  const kept = joints.flatMap(({ from }) => from ?? [])
  if (new Set(kept).size !== kept.length) return 'one joint cannot become two'
  if (kept.some((from) => !Number.isInteger(from) || from < 0 || from >= present.joints.length)) {
    return 'a joint is named that the template does not have'
  }
  const isJoint = (index: number): boolean => Number.isInteger(index) && index >= 0 && index < joints.length
  if (!edges.every(([a, b]) => isJoint(a) && isJoint(b) && a !== b)) return 'a limb joins two joints of the template'
  if (flip.length !== joints.length || !flip.every((partner, index) => isJoint(partner) && flip[partner] === index)) {
    return 'joints of the two sides belong together in pairs'
  }
  return null
}

function checkDraft(present: KeypointsSchema, draft: TemplateDraft): void {
  const defect = draftDefect(present, draft)
  if (defect === null) return
  throw new MendError('template-misfit', `the skeleton template cannot be changed so: ${defect}`, 'Correct it first.')
}
