import { z } from 'zod'
import { labelStates } from '../dataset/label.ts'
import { taskKinds } from '../dataset/task.ts'
import { signalNames } from '../ranking/signalFields.ts'
import { box } from './labels.ts'
import { projectInput } from './project.ts'

/** What can be decided about a suspect as it is. */
export const decisions = ['keep', 'reject', 'accept-prediction', 'skip'] as const
export type Decision = (typeof decisions)[number]

/** What may have been decided: `fix` comes of an edit. */
export const madeDecisions = [...decisions, 'fix'] as const
export type MadeDecision = (typeof madeDecisions)[number]

const run = z.number().int().positive()
const label = z.number().int().positive()

export const suspectsInput = projectInput.extend({
  /** Missing: the newest finished run that ranked the task (missing: any) and is no member of a set; without one, of a set. */
  run: z.number().int().optional(),
  task: z.string().optional(),
  top: z.number().int().positive().max(1_000_000).default(50),
})

/** cli.md `suspects --json`, one entry. */
export const suspect = z.object({
  label: z.number().int(),
  person: z.number().int(),
  image: z.string(),
  task: z.string(),
  rank: z.number().int(),
  score: z.number(),
  /** Beyond the cut: probably wrong. */
  flagged: z.boolean(),
  /** The joint, part or attribute that stands out, where one does. */
  component: z.string().nullable(),
  signals: z.record(z.string(), z.number().nullable()),
  why: z.string(),
  decision: z.enum(madeDecisions).nullable(),
})
export type Suspect = z.infer<typeof suspect>

export const suspectsPageInput = suspectsInput.extend({ out: z.string().min(1) })
export const suspectsPageResult = z.object({ out: z.string(), entries: z.number().int(), bytes: z.number().int() })

/** What the decider saw: where it is not so any more, nothing happens to the label and it is reported as a conflict. */
const seen = z.object({ decision: z.enum(madeDecisions).nullable(), revision: z.number().int().nonnegative() })

export const decideInput = projectInput.extend({
  run: z.number().int().optional(),
  /** Who decides, for the labels' history. */
  by: z.string().default('command line'),
  decisions: z
    .array(
      z.object({
        label: z.number().int(),
        decision: z.enum(decisions),
        reason: z.string().default(''),
        seen: seen.optional(),
        /** accept-prediction of these components alone (joints, attributes or parts, by name); missing: of the whole. */
        components: z.array(z.string()).min(1).optional(),
      }),
    )
    .max(1_000_000),
})

/** A label that somebody else decided or changed in the meantime. */
export const decisionConflict = z.object({
  label: z.number().int(),
  decision: z.enum(madeDecisions).nullable(),
  /** Who did it last and when; null: unknown. */
  by: z.string().nullable(),
  at: z.string().nullable(),
})
export type DecisionConflict = z.infer<typeof decisionConflict>

export const decideResult = z.object({
  run: z.number().int(),
  keep: z.number().int(),
  reject: z.number().int(),
  acceptPrediction: z.number().int(),
  skip: z.number().int(),
  /** Labels that a revision was written for. */
  revisions: z.number().int(),
  conflicts: z.array(decisionConflict),
  /** Of decisions that said what they saw: the labels as they are now. */
  made: z.array(z.object({ label: z.number().int(), revision: z.number().int(), state: z.enum(labelStates) })),
})
export type DecideResult = z.infer<typeof decideResult>

export const undoInput = projectInput.extend({ run, by: z.string().default('command line') })
export const undoResult = z.object({
  /** Labels whose decision was taken back, as they were decided. */
  undone: z.array(z.object({ label: z.number().int(), task: z.string(), decision: z.enum(madeDecisions) })),
  /** Labels that were changed in another way since: they stay as they are. */
  conflicts: z.array(decisionConflict),
  /** Further steps that can be undone. */
  remaining: z.number().int(),
})
export type UndoResult = z.infer<typeof undoResult>

export const overviewInput = projectInput.extend({ run: run.optional() })

const decided = z.object({
  keep: z.number().int(),
  reject: z.number().int(),
  acceptPrediction: z.number().int(),
  fix: z.number().int(),
  skip: z.number().int(),
})

export const suspectTask = z.object({
  task: z.string(),
  kind: z.enum(taskKinds),
  ranked: z.number().int(),
  flagged: z.number().int(),
  /** Decisions on any label of the task, and on flagged ones alone. */
  decided,
  flaggedDecided: z.number().int(),
  /** null: ranked by an earlier version whose records are gone. */
  cut: z
    .object({
      verdict: z.enum(['corruption', 'none']),
      signal: z.enum(['s', 'meanLoss']),
      title: z.string(),
      /** Where the ranking proposes the cut, and where it is; null: nothing is flagged. */
      proposed: z.number().nullable(),
      threshold: z.number().nullable(),
      estimatedNoise: z.number(),
      explanation: z.string(),
    })
    .nullable(),
  /** Equal bins between `low` and `high`; `wrong`: how many of each bin are likely wrong, null without a group apart. */
  distribution: z
    .object({
      low: z.number(),
      high: z.number(),
      counts: z.array(z.number().int()),
      wrong: z.array(z.number()).nullable(),
    })
    .nullable(),
  /** Signals that this task's labels have, to sort by. */
  signals: z.array(z.object({ name: z.enum(signalNames), title: z.string() })),
})
export type SuspectTask = z.infer<typeof suspectTask>

export const suspectRun = z.object({
  run: z.number().int(),
  startedAt: z.string(),
  epoch: z.number().int(),
  tasks: z.array(z.string()),
  parameters: z.string(),
  size: z.string(),
})
export type SuspectRun = z.infer<typeof suspectRun>

export const suspectsOverview = z.object({
  /** Runs with ranked labels, newest first. */
  runs: z.array(suspectRun),
  /** The run that `tasks` speaks of; null: there is none. */
  run: z.number().int().nullable(),
  tasks: z.array(suspectTask),
  /** Steps that can be undone. */
  undoable: z.number().int(),
})
export type SuspectsOverview = z.infer<typeof suspectsOverview>

export const suspectFilter = z.object({
  decision: z.enum([...madeDecisions, 'decided', 'undecided']).optional(),
  flagged: z.boolean().optional(),
  component: z.string().optional(),
  source: z.number().int().optional(),
})
export type SuspectFilter = z.infer<typeof suspectFilter>

export const suspectSorts = ['rank', ...signalNames] as const
export type SuspectSort = (typeof suspectSorts)[number]

export const queueInput = projectInput.extend({
  run,
  task: z.string(),
  filter: suspectFilter.default({}),
  sort: z.enum(suspectSorts).default('rank'),
  /** Rows after this place, or before it, or around a label (a third of them before it). Missing: from the start. */
  at: z
    .union([z.object({ after: z.number().int() }), z.object({ before: z.number().int() }), z.object({ around: label })])
    .optional(),
  limit: z.number().int().min(1).max(1000).default(100),
})

export const queuedSuspect = z.object({
  label: z.number().int(),
  person: z.number().int(),
  box: box.nullable(),
  image: z.number().int(),
  imagePath: z.string(),
  source: z.string().nullable(),
  rank: z.number().int(),
  /** Place in the order that was asked for; the key of the next page. */
  place: z.number().int(),
  score: z.number(),
  flagged: z.boolean(),
  /** What seems wrong, in a few words. */
  headline: z.string(),
  component: z.string().nullable(),
  why: z.string(),
  decision: z.enum(madeDecisions).nullable(),
  decidedAt: z.string().nullable(),
  state: z.enum(labelStates),
  /** Newest revision of the label, 0 without one. */
  revision: z.number().int(),
})
export type QueuedSuspect = z.infer<typeof queuedSuspect>

export const queuePage = z.object({
  items: z.array(queuedSuspect),
  /** Is there more before the first and after the last item? */
  before: z.boolean(),
  after: z.boolean(),
})
export type QueuePage = z.infer<typeof queuePage>

export const queueCountInput = projectInput.extend({ run, task: z.string(), filter: suspectFilter })
export const queueCount = z.object({ count: z.number().int() })

const facet = z.object({ name: z.string(), flagged: z.number().int(), ranked: z.number().int() })
export const facetsInput = projectInput.extend({ run, task: z.string() })
export const suspectFacets = z.object({
  components: z.array(facet),
  sources: z.array(facet.extend({ id: z.number().int() })),
})
export type SuspectFacets = z.infer<typeof suspectFacets>

/** Moves a task's cut; `proposed` puts it back where the ranking had it. */
export const moveCutInput = projectInput.extend({
  run,
  task: z.string(),
  cut: z.union([z.number(), z.literal('proposed')]),
})
