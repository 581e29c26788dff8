import type { LabelOrigin, LabelState } from './label.ts'
import { matchPeople, type Recognisable } from './matchPeople.ts'
import { MendError } from './mendError.ts'

/** Which of two different labels for the same person and task is in force; the other stays as a candidate. */
export type ConflictRule =
  | { readonly type: 'first' | 'last' | 'ask' }
  /** The label of this source, where it has one; else the first. */
  | { readonly type: 'source'; readonly name: string }

/** `first`, `last`, `ask` or `source:NAME`. Throws `rule-unknown`. */
export function parseConflictRule(text: string): ConflictRule {
  if (text === 'first' || text === 'last' || text === 'ask') return { type: text }
  if (text.startsWith('source:') && text.length > 7) return { type: 'source', name: text.slice(7) }
  const hint = 'Write first, last, ask or source:NAME.'
  throw new MendError('rule-unknown', `"${text}" is no rule for conflicting labels`, hint)
}

export interface KnownLabel {
  readonly id: number
  /** Name of its source; null: made in the project. */
  readonly source: string | null
  readonly state: LabelState
  readonly origin: LabelOrigin
}

/** A person that the project has, with the labels in force. */
export interface KnownPerson extends Recognisable {
  readonly id: number
  readonly labels: Readonly<Record<string, KnownLabel>>
}

export interface IncomingPerson extends Recognisable {
  /** Task of the project → state of the incoming label. */
  readonly labels: Readonly<Record<string, LabelState>>
}

/** Where an incoming label is: the record of the image, the person in it, the task. */
export interface IncomingReference {
  readonly record: number
  readonly person: number
  readonly task: string
}

export type PersonTarget =
  | { readonly type: 'known'; readonly id: number }
  /** A person that this import makes; several records may speak of the same one. */
  | { readonly type: 'fresh'; readonly index: number }

export interface PersonMerge {
  readonly record: number
  readonly person: number
  readonly target: PersonTarget
  /** The person was brought by an earlier record of this import. */
  readonly repeated: boolean
}

export interface LabelMerge extends IncomingReference {
  readonly target: PersonTarget
  /** It is in force; a known label that was in force steps back. */
  readonly current: boolean
  /** The known label of the same person and task. */
  readonly known: KnownLabel | null
  /** The two say different things. */
  readonly disputed: boolean
}

export interface ImageMerge {
  readonly people: readonly PersonMerge[]
  readonly labels: readonly LabelMerge[]
}

export interface MergeQuestion {
  readonly rule: ConflictRule
  /** Name of the source that is being imported. */
  readonly source: string
  /** Whether an incoming value equals a known label's; asked only where both exist. */
  readonly same: (known: KnownLabel, incoming: IncomingReference) => boolean
  /** Answers to rule `ask` by known label. */
  readonly answers?: ReadonlyMap<number, 'known' | 'incoming'>
}

/** A person while records are being added: known to the project, or made by an earlier record. */
interface Candidate extends Recognisable {
  readonly target: PersonTarget
  readonly labels: Readonly<Record<string, KnownLabel>>
  /** Tasks that this import has labelled. */
  readonly imported: Set<string>
  readonly touched: boolean
}

/**
 * How the records that a source has of one image (usually one) join what the project knows of it. Records of the same
 * source join one another's people only where their tasks differ: a source that labels a task twice means two people.
 * Pure: the caller looks up and writes.
 */
export function planImageMerge(
  known: readonly KnownPerson[],
  records: readonly (readonly IncomingPerson[])[],
  question: MergeQuestion,
): ImageMerge {
  let candidates: Candidate[] = known.map((person) => ({
    ...person,
    target: { type: 'known', id: person.id },
    imported: new Set(),
    touched: false,
  }))
  const people: PersonMerge[] = []
  const labels: LabelMerge[] = []
  let fresh = 0
  for (const [record, incoming] of records.entries()) {
    const matches = matchPeople(candidates, incoming, (candidate, person) =>
      Object.keys(incoming[person].labels).every((task) => !candidates[candidate].imported.has(task)),
    )
    const added: Candidate[] = []
    for (const [person, match] of matches.entries()) {
      const joined: Candidate =
        match === null
          ? {
              ...incoming[person],
              labels: {},
              target: { type: 'fresh', index: fresh++ },
              imported: new Set(),
              touched: true,
            }
          : candidates[match]
      people.push({ record, person, target: joined.target, repeated: match !== null && joined.touched })
      labels.push(...mergeLabels(joined, { record, person }, incoming[person], question))
      for (const task of Object.keys(incoming[person].labels)) joined.imported.add(task)
      if (match === null) added.push(joined)
      else candidates[match] = learn(joined, incoming[person])
    }
    candidates = [...candidates, ...added]
  }
  return { people, labels }
}

function mergeLabels(
  joined: Candidate,
  place: { record: number; person: number },
  incoming: IncomingPerson,
  question: MergeQuestion,
): LabelMerge[] {
  return Object.entries(incoming.labels).map(([task, state]) => {
    const reference = { ...place, task }
    if (!Object.hasOwn(joined.labels, task)) {
      return { ...reference, target: joined.target, current: true, known: null, disputed: false }
    }
    const known = joined.labels[task]
    const same = known.state !== 'unlabelled' && state !== 'unlabelled' && question.same(known, reference)
    const speaks = known.state !== 'unlabelled' && state !== 'unlabelled'
    return {
      ...reference,
      target: joined.target,
      current: !same && incomingPrevails(known, state, question),
      known,
      disputed: speaks && !same,
    }
  })
}

/** What a person has made or confirmed is never displaced by an import. */
function incomingPrevails(known: KnownLabel, state: LabelState, { rule, source, answers }: MergeQuestion): boolean {
  if (state === 'unlabelled' || state === 'rejected') return false
  if (known.state === 'unlabelled' || known.state === 'rejected') return true
  if (known.origin === 'human' || known.state === 'verified') return answers?.get(known.id) === 'incoming'
  switch (rule.type) {
    case 'first':
      return false
    case 'last':
      return true
    case 'source':
      return rule.name === source
    case 'ask':
      return answers?.get(known.id) === 'incoming'
  }
}

/** The candidate with what a matched record adds to its recognisability. */
function learn(candidate: Candidate, incoming: IncomingPerson): Candidate {
  return {
    ...candidate,
    box: candidate.box ?? incoming.box,
    joints: { ...incoming.joints, ...candidate.joints },
    touched: true,
  }
}
