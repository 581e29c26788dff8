import { foldName } from '../nameMatch.ts'
import type { TemplateDraft } from '../skeletonTemplate.ts'

/** A draft with its joints in another order; `order` names what each place had before, and may leave joints out. */
function reordered({ joints, edges, flip }: TemplateDraft, order: readonly number[]): TemplateDraft {
  const place = new Map(order.map((from, to) => [from, to]))
  const placeOf = (index: number): number | null => place.get(index) ?? null
  return {
    joints: order.map((from) => joints[from]),
    edges: edges.flatMap(([a, b]): [number, number][] => {
      const [from, to] = [placeOf(a), placeOf(b)]
      return from === null || to === null ? [] : [[from, to]]
    }),
    // Whose partner goes is of the middle.
    flip: order.map((from, to) => placeOf(flip[from]) ?? to),
  }
}

/** Moves a joint to another place of the order; the others keep theirs among each other. */
export function moveDraftJoint(draft: TemplateDraft, from: number, to: number): TemplateDraft {
  const order = draft.joints.map((_, index) => index)
  const [moved] = order.splice(from, 1)
  order.splice(Math.min(order.length, Math.max(0, to)), 0, moved)
  return reordered(draft, order)
}

/** Removes a joint and its limbs; its partner becomes one of the middle. */
export function removeDraftJoint(draft: TemplateDraft, index: number): TemplateDraft {
  return reordered(
    draft,
    draft.joints.map((_, at) => at).filter((at) => at !== index),
  )
}

/** Adds a joint at the end, joined to the last one when there is one. */
export function addDraftJoint({ joints, edges, flip }: TemplateDraft, name: string): TemplateDraft {
  const at = joints.length
  return {
    joints: [...joints, { name, from: null }],
    edges: at === 0 ? edges : [...edges, [at - 1, at]],
    flip: [...flip, at],
  }
}

export function renameDraftJoint(draft: TemplateDraft, index: number, name: string): TemplateDraft {
  return { ...draft, joints: draft.joints.with(index, { ...draft.joints[index], name }) }
}

/** Makes two joints partners of the two sides; `partner` the joint itself: it is of the middle. Former partners are of the middle. */
export function pairDraftJoints(draft: TemplateDraft, index: number, partner: number): TemplateDraft {
  const flip = [...draft.flip]
  for (const each of [index, partner]) {
    flip[flip[each]] = flip[each]
    flip[each] = each
  }
  flip[index] = partner
  flip[partner] = index
  return { ...draft, flip }
}

/** Adds a limb between two joints, or takes away the one that is there. */
export function toggleDraftLimb(draft: TemplateDraft, a: number, b: number): TemplateDraft {
  const others = draft.edges.filter(([from, to]) => !((from === a && to === b) || (from === b && to === a)))
  return { ...draft, edges: others.length < draft.edges.length ? others : [...others, [a, b]] }
}

/** Pairs joints whose names differ by left and right alone; those that are named so for no other keep what they have. */
export function pairBySides(draft: TemplateDraft): TemplateDraft {
  const names = draft.joints.map(({ name }) => foldName(name))
  const mirrored = (name: string): string =>
    name.replace(/\b(left|right)\b/, (side) => (side === 'left' ? 'right' : 'left'))
  return names.reduce((paired, name, index) => {
    const partner = names.indexOf(mirrored(name))
    return partner >= 0 && partner !== index ? pairDraftJoints(paired, index, partner) : paired
  }, draft)
}
