import { z } from 'zod'
import { taskKinds } from '../dataset/task.ts'
import { importPlanSummary, planInput, skippedReasons } from './dataset.ts'
import { projectInput, removeSourceInput } from './project.ts'

/** What a window needs to import step by step: a first look, examples, near-duplicates, conflicts, what waits. */

export const surveyInput = projectInput.extend({
  source: z.string().min(1),
  /** Missing: the likeliest that is detected. */
  format: z.string().optional(),
  /** A mapping to start from; missing: the proposed one. */
  mapping: z.unknown().optional(),
  options: z.record(z.string(), z.string()).optional(),
})

const surveyedTask = z.object({
  kind: z.enum(taskKinds),
  /** Labels among the people that were looked at. */
  labels: z.number().int(),
  /** Ids for `exampleCrops`. */
  examples: z.array(z.string()).readonly(),
  /** In the source's order; `count`: people looked at who have it. */
  components: z
    .array(z.object({ name: z.string(), count: z.number().int(), examples: z.array(z.string()).readonly() }))
    .readonly(),
})

/** Result of a `survey-source` job: what the source calls things, before any picture is read. */
export const sourceSurvey = z.object({
  survey: z.string(),
  name: z.string(),
  format: z.string(),
  /** Images that the source lists; null: it does not say. */
  images: z.number().int().nullable(),
  /** Images and people whose annotations were looked at for the examples. */
  looked: z.number().int(),
  people: z.number().int(),
  skipped: skippedReasons,
  tasks: z.record(z.string(), surveyedTask),
  tagLists: z.record(z.string(), z.object({ exhaustive: z.boolean(), reason: z.string() })),
  /** The proposed mapping, in the form of the mapping file. */
  mapping: z.unknown(),
  /** Names that mean the same, for proposing anew when a task is sent elsewhere. */
  synonyms: z.object({
    sided: z.array(z.array(z.string()).readonly()).readonly(),
    names: z.array(z.array(z.string()).readonly()).readonly(),
  }),
  /** The project's tasks with their names: what the source can be mapped to. */
  projectTasks: z.array(
    z.object({ name: z.string(), kind: z.enum(taskKinds), components: z.array(z.string()).readonly() }),
  ),
})
export type SourceSurvey = z.infer<typeof sourceSurvey>

/** A picture as base64 of a JPEG, or why there is none. */
export const smallPicture = z.union([z.object({ jpeg: z.string() }), z.object({ jpeg: z.null(), why: z.string() })])
export type SmallPicture = z.infer<typeof smallPicture>

export const exampleCropsInput = z.object({ survey: z.string(), examples: z.array(z.string()).max(24) })
export const exampleCrops = z.array(z.object({ example: z.string(), picture: smallPicture }))

const planPage = planInput.extend({
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(24).default(12),
})

export const nearDuplicatesInput = planPage
export const nearDuplicatesPage = z.object({
  total: z.number().int(),
  pairs: z.array(
    z.object({
      incoming: z.string(),
      other: z.string(),
      /** The other is in the project already; else earlier in the same source. */
      inProject: z.boolean(),
      distance: z.number().int(),
      sameSize: z.boolean(),
      joined: z.boolean(),
      pictures: z.object({ incoming: smallPicture, other: smallPicture }),
    }),
  ),
})
export type NearDuplicatePair = z.infer<typeof nearDuplicatesPage>['pairs'][number]

export const conflictsInput = planPage
export const conflictsPage = z.object({
  total: z.number().int(),
  conflicts: z.array(
    z.object({
      label: z.number().int(),
      task: z.string(),
      image: z.string(),
      /** Source of the project's label; null: made in the project. */
      known: z.string().nullable(),
      incomingPrevails: z.boolean(),
      /** Both in words, where they are no drawings: attributes, identities. */
      words: z.object({ known: z.string(), incoming: z.string() }),
      pictures: z.object({ known: smallPicture, incoming: smallPicture }),
    }),
  ),
})
export type ConflictPair = z.infer<typeof conflictsPage>['conflicts'][number]

/** Plans of a project that wait to be applied: a reloaded window goes on with them. */
export const waitingPlans = z.array(importPlanSummary)

/** A source's own papers: how it was mapped and what its import reported. */
export const sourceDocumentsInput = removeSourceInput
export const sourceDocuments = z.object({ mapping: z.unknown(), report: z.unknown() })

export const outcomeInput = projectInput.extend({ plan: z.string() })
/**
 * What became of applying a plan, as the project remembers it, also after the service ended in the middle (then
 * `interrupted`: nothing of it was imported). `unknown`: it was never applied.
 */
export const outcome = z.object({
  state: z.enum(['unknown', 'queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted']),
  /** The import's report, when done. */
  result: z.unknown().optional(),
  error: z.unknown().optional(),
})
