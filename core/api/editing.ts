import { z } from 'zod'
import { identitySuggestionLimit, longestReason } from '../dataset/editing/limits.ts'
import { labelOrigins, labelStates } from '../dataset/label.ts'
import { box, drawnValue, taskView } from './labels.ts'
import { projectInput } from './project.ts'

const id = z.number().int().positive()
const coordinate = z.number().finite().min(-1e7).max(1e7)
const joint = z.tuple([coordinate, coordinate, z.number().int().min(0).max(3)])

/**
 * Version of a label: the id of its newest revision, 0 for one that was never changed. null: the person has no label of the
 * task yet.
 */
const version = z.number().int().nonnegative().nullable()

/** A gesture's own name, made by the window (`crypto.randomUUID()`): sent again, it is stored once. */
export const gestureKey = z.string().min(8).max(64)

/** Pixels of the upright image. */
const rectangle = {
  left: z.number().int().nonnegative(),
  top: z.number().int().nonnegative(),
  width: z.number().int().positive().max(100_000),
  height: z.number().int().positive().max(100_000),
}

/** Large enough for the noisiest mask that a request's body may hold. */
const runs = z.string().max(12_000_000)

/**
 * A value as a window sends it: as `drawnValue`, but masks always with a cell a pixel. Joints and answers are sent one by one, by name;
 * depth maps are not sent, only marked.
 */
export const editedValue = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('parts'), ...rectangle, runs }),
  z.object({
    kind: z.literal('identity'),
    identity: z.string().trim().min(1).max(200).nullable(),
    camera: z.number().int().nullable(),
  }),
  z.object({ kind: z.literal('vector'), values: z.array(z.number().nullable()).max(100_000) }),
])
export type EditedValue = z.infer<typeof editedValue>

/** A joint or an attribute as the window has it: where the template was changed elsewhere meanwhile, the name decides. */
const component = { index: z.number().int().nonnegative(), name: z.string().max(1000) }

/**
 * What to do with one label. `paint` replaces a rectangle of a part map (base64 of core/dataset/rasterRuns.ts, the new parts,
 * row by row); `invalidate` makes the cells of a depth map that are not 0 in `runs` invalid; both are as small as the stroke.
 * `accept` takes the network's prediction, whole or of some joints, parts or attributes by name. `copy` takes another
 * person's label of the same task: at the same `place` of the picture, or moved and scaled from `box` to box.
 */
export const labelChange = z.discriminatedUnion('type', [
  z.object({ type: z.literal('set-value'), value: editedValue.nullable() }),
  z.object({ type: z.literal('set-state'), state: z.enum(['labelled', 'verified', 'rejected']) }),
  z.object({
    type: z.literal('set-joints'),
    joints: z
      .array(z.object({ ...component, joint }))
      .min(1)
      .max(1000),
  }),
  z.object({
    type: z.literal('set-attributes'),
    values: z
      .array(z.object({ ...component, value: z.boolean().nullable() }))
      .min(1)
      .max(10_000),
  }),
  z.object({ type: z.literal('paint'), ...rectangle, runs }),
  z.object({ type: z.literal('invalidate'), ...rectangle, runs }),
  z.object({ type: z.literal('accept'), run: id.optional(), components: z.array(z.string()).min(1).optional() }),
  z.object({ type: z.literal('copy'), from: id, align: z.enum(['place', 'box']).default('place') }),
])
export type LabelChange = z.infer<typeof labelChange>

export const labelEdit = z.object({
  person: id,
  task: z.string(),
  /** What the window shows; where the label is another by now, nothing is stored and the answer is a conflict. */
  base: version,
  change: labelChange,
})
export type LabelEdit = z.infer<typeof labelEdit>

const gestureInput = projectInput.extend({
  /** The picture that the person looks at: the gesture is in its history. */
  image: id,
  gesture: gestureKey,
  /** In words, for the histories: "brush: skirt". */
  reason: z.string().trim().min(1).max(longestReason),
  by: z.string().trim().min(1).max(80).default('you'),
})

/** One finished gesture on any labels: all of it is stored, or nothing. */
export const applyEditsInput = gestureInput.extend({ edits: z.array(labelEdit).min(1).max(1000) })
export type ApplyEdits = z.input<typeof applyEditsInput>

/** What a window must show from now on; small where the change was. */
export const labelAfter = z.discriminatedUnion('type', [
  z.object({ type: z.literal('value'), value: drawnValue.nullable() }),
  z.object({ type: z.literal('paint'), ...rectangle, runs: z.string() }),
])
export type LabelAfter = z.infer<typeof labelAfter>

export const storedLabel = z.object({
  label: id,
  person: id,
  task: z.string(),
  /** The base of the next edit. */
  revision: z.number().int().nonnegative(),
  state: z.enum(labelStates),
  origin: z.enum(labelOrigins),
  /** null: exactly what the window sent. */
  after: labelAfter.nullable(),
})
export type StoredLabel = z.infer<typeof storedLabel>

/**
 * What somebody else changed in the meantime, as it is now: a label (`revision` is the base to send for putting the own value in
 * its place all the same; null: there is none), or a person's box.
 */
export const editConflict = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('label'),
    person: id,
    task: z.string(),
    label: id.nullable(),
    revision: version,
    state: z.enum(labelStates).nullable(),
    /** Who changed it, when and why; null: nobody in this project. */
    by: z.string().nullable(),
    at: z.string().nullable(),
    why: z.string().nullable(),
    value: drawnValue.nullable(),
  }),
  z.object({ kind: z.literal('box'), person: id, box: box.nullable() }),
  /** The label or the person is not in the project any more. */
  z.object({ kind: z.literal('gone'), what: z.string() }),
])
export type EditConflict = z.infer<typeof editConflict>

/** What a picture's history allows. */
export const historyState = z.object({
  /** Titles of what would be undone and redone next; null: nothing. */
  undo: z.string().nullable(),
  redo: z.string().nullable(),
  undoable: z.number().int(),
  redoable: z.number().int(),
})
export type HistoryState = z.infer<typeof historyState>

const changedPerson = z.object({ person: id, box: box.nullable(), removed: z.boolean() })
export type ChangedPerson = z.infer<typeof changedPerson>

const stored = {
  gesture: gestureKey,
  title: z.string(),
  labels: z.array(storedLabel),
  /** People who came, went or got another box. */
  people: z.array(changedPerson),
  history: historyState,
}

/**
 * `label-changed`: nothing was stored. After undo and redo the gesture that they met has left the history, so that the next
 * one can be reached.
 */
export const gestureResult = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('stored'), ...stored }),
  z.object({ outcome: z.literal('label-changed'), conflicts: z.array(editConflict).min(1) }),
])
export type GestureResult = z.infer<typeof gestureResult>

export const historyInput = projectInput.extend({ image: id })
export const undoEditInput = historyInput.extend({
  by: z.string().trim().min(1).max(80).default('you'),
  /** The gesture meant: where another one is next by now, nothing happens (`history-moved`). Missing: whichever is next. */
  gesture: gestureKey.optional(),
})

/** What can be done with people. All of it can be undone. */
export const peopleChange = z.discriminatedUnion('type', [
  z.object({ type: z.literal('add'), box: box.nullable() }),
  z.object({ type: z.literal('delete'), person: id }),
  /** A copy with box and labels but no identity, `dx`, `dy` pixels off. */
  z.object({ type: z.literal('duplicate'), person: id, dx: coordinate.default(0), dy: coordinate.default(0) }),
  /** The label goes over to another person; where that one has a label of the task, the two are exchanged. */
  z.object({ type: z.literal('reassign'), task: z.string(), from: id, to: id, fromBase: version, toBase: version }),
  /** `base`: the box that the window shows. */
  z.object({ type: z.literal('box'), person: id, base: box.nullable(), box: box.nullable() }),
])
export type PeopleChange = z.infer<typeof peopleChange>
export const changePeopleInput = gestureInput.extend({ change: peopleChange })

/**
 * Who is who, over the whole project. `merge` gives everybody called one of `from` the name `into`; `split` gives the named
 * people a new one.
 */
export const identityChange = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('merge'),
    from: z.array(z.string().min(1)).min(1).max(100),
    into: z.string().trim().min(1),
  }),
  z.object({ type: z.literal('split'), people: z.array(id).min(1).max(10_000), into: z.string().trim().min(1) }),
])
export type IdentityChange = z.infer<typeof identityChange>
export const changeIdentitiesInput = gestureInput.extend({ task: z.string(), change: identityChange })

export const identitiesInput = projectInput.extend({
  task: z.string(),
  /** What was typed; names that begin with it come first. */
  text: z.string().max(200).default(''),
  limit: z.number().int().min(1).max(identitySuggestionLimit).default(20),
})
export const identities = z.array(
  z.object({ identity: z.string(), people: z.number().int(), example: id, exampleImage: id }),
)
export type Identities = z.infer<typeof identities>

/** Labels of the given people copied into another picture, onto the person there whose box overlaps most, or a new one. */
export const propagateInput = gestureInput.extend({
  from: z.array(id).min(1).max(100),
  /** Missing: every task. */
  tasks: z.array(z.string()).min(1).optional(),
  /** Replace labels that are there; without it they stay. */
  overwrite: z.boolean().default(false),
})

/** Puts a past revision back, as a change of its own. */
export const restoreInput = gestureInput.omit({ reason: true }).extend({
  label: id,
  /** From `labels.history`. */
  revision: id,
  base: z.number().int().nonnegative(),
})

/** Closes a suspect that was worked on: the decision `fix`, tied to the label's newest revision. */
export const resolveInput = gestureInput.omit({ reason: true }).extend({
  run: id,
  label: id,
  base: z.number().int().nonnegative(),
  /** Also marks the label as verified. */
  verify: z.boolean().default(true),
})

export const ghostsInput = projectInput.extend({
  people: z.array(id).min(1).max(200),
  tasks: z.array(z.string()).optional(),
  /** Missing: the newest finished run that saw the label. */
  run: id.optional(),
  side: z.number().int().min(16).max(8192).optional(),
})
/** What a finished run predicts; people and tasks that it was not trained on are missing. */
export const ghosts = z.array(z.object({ person: id, task: z.string(), label: id, run: id, value: drawnValue }))
export type Ghosts = z.infer<typeof ghosts>

export const editableInput = projectInput.extend({ image: id })
/** Versions of the labels in force in a picture: the bases of edits. */
export const editable = z.object({
  labels: z.array(
    z.object({
      person: id,
      task: z.string(),
      label: id,
      revision: z.number().int().nonnegative(),
      state: z.enum(labelStates),
    }),
  ),
  history: historyState,
})
export type Editable = z.infer<typeof editable>

export const nextInput = projectInput.extend({
  task: z.string(),
  /** The person to look on from; missing: the first. */
  after: id.optional(),
  backwards: z.boolean().default(false),
})
/** null: everybody has one. */
export const nextPerson = z.object({ person: id, image: id, remaining: z.number().int() }).nullable()
export type NextPerson = z.infer<typeof nextPerson>

export const nextSuspectInput = projectInput.extend({
  run: id,
  task: z.string(),
  /** The label to look on from in the order of suspicion; missing: from the worst. */
  after: id.optional(),
  backwards: z.boolean().default(false),
  /** Pass over what was decided. */
  undecided: z.boolean().default(true),
  flagged: z.boolean().optional(),
})
/** null: there is none. */
export const nextSuspect = z
  .object({ label: id, person: id, image: id, rank: z.number().int(), remaining: z.number().int() })
  .nullable()
export type NextSuspect = z.infer<typeof nextSuspect>

export const watchEditsInput = projectInput.extend({ image: id })
/**
 * What everybody in the picture is at, sent at the start (`whole`), and then, after each change by whomever, of those people
 * alone whom it concerns: compare the revisions with those shown.
 */
export const editsEvent = z.object({
  whole: z.boolean(),
  /** Who was in the picture and is not any more. */
  removed: z.array(id),
  people: z.array(
    z.object({
      person: id,
      box: box.nullable(),
      labels: z.array(
        z.object({
          task: z.string(),
          label: id,
          revision: z.number().int().nonnegative(),
          state: z.enum(labelStates),
          /** Who made the newest revision, and when; null: there is none. */
          by: z.string().nullable(),
          at: z.string().nullable(),
        }),
      ),
    }),
  ),
  /** The project's tasks with their templates; null: as told before. */
  tasks: z.array(taskView).nullable(),
  history: historyState,
})
export type EditsEvent = z.infer<typeof editsEvent>
