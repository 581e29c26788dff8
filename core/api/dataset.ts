import { z } from 'zod'
import { projectInput } from './project.ts'

export const detectInput = z.object({ source: z.string().min(1) })
export const detection = z.object({ format: z.string(), confidence: z.number(), reason: z.string() })
export type DetectionReport = z.infer<typeof detection>

export const formatDescription = z.object({
  name: z.string(),
  title: z.string(),
  read: z.boolean(),
  write: z.boolean(),
  /** Choices that the format offers when it reads, for `options`. */
  options: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      hint: z.string(),
      /** Values that always work; others may be given too. */
      choices: z.array(z.string()).readonly(),
      /** Nothing but the choices works. */
      closed: z.boolean(),
    }),
  ),
})
export type FormatDescription = z.infer<typeof formatDescription>

export const planImportInput = projectInput.extend({
  source: z.string().min(1),
  format: z.string().optional(),
  /** A mapping as the mapping file holds it; missing: the proposed one. */
  mapping: z.unknown().optional(),
  /** false: the given mapping is being edited, its guesses still wait for a person. */
  confirmed: z.boolean().default(true),
  /** Name of the source in the project; missing: its folder's or file's. */
  name: z.string().trim().min(1).max(200).optional(),
  split: z.enum(['train', 'val', 'test']).optional(),
  /** Copy the pictures into the project instead of referring to them where they lie. */
  copy: z.boolean().default(false),
  limit: z.number().int().positive().optional(),
  /** What to do when two sources label the same person and task. */
  rule: z.string().optional(),
  /** Which near-duplicates become one image with what they resemble; missing: none. */
  near: z.object({ join: z.boolean(), except: z.array(z.string()) }).optional(),
  /** A survey of the same source: what it learned of the pictures is not read again. */
  survey: z.string().optional(),
  /** A plan that this one takes the place of: it is discarded when this one is made. */
  replaces: z.string().optional(),
  /** Choices of the format, such as the label map of a folder of indexed PNGs. */
  options: z.record(z.string(), z.string()).optional(),
})

export const skippedReasons = z
  .array(
    z.object({
      reason: z.string(),
      count: z.number().int(),
      examples: z.array(z.object({ where: z.string(), detail: z.string() })).readonly(),
    }),
  )
  .readonly()

export const importProposal = z.object({
  format: z.string(),
  /** The mapping, in the form of the mapping file. */
  mapping: z.unknown(),
  /** Entries of the mapping that a person has to confirm. */
  doubtful: z.array(z.string()),
})

/** Result of a `plan-import` job. */
export const importPlanSummary = z.object({
  plan: z.string(),
  name: z.string(),
  format: z.string(),
  images: z.number().int(),
  people: z.number().int(),
  labels: z.record(z.string(), z.number().int()),
  merged: z.object({ images: z.number().int(), people: z.number().int() }),
  skipped: skippedReasons,
  /** The mapping, in the form of the mapping file. */
  mapping: z.unknown(),
  /** Entries of the mapping that a person has to confirm; applying a plan that has any is refused. */
  doubtful: z.array(z.string()).readonly(),
  counts: z.object({
    images: z.object({ new: z.number().int(), merged: z.number().int(), repeated: z.number().int() }),
    people: z.object({ new: z.number().int(), merged: z.number().int(), repeated: z.number().int() }),
    /** Task → labels brought; `candidates` stand beside another source's label, `disputed` say something else. */
    labels: z.record(
      z.string(),
      z.object({ brought: z.number().int(), candidates: z.number().int(), disputed: z.number().int() }),
    ),
    splitConflicts: z.number().int(),
  }),
  nearDuplicates: z.number().int(),
  nearJoined: z.number().int(),
  conflicts: z.number().int(),
})
export type ImportPlanSummary = z.infer<typeof importPlanSummary>

export const planInput = z.object({ plan: z.string() })

export const applyInput = planInput.extend({
  /** Rule `ask`: the project's label of a conflict → which of the two is in force. */
  answers: z.array(z.object({ label: z.number().int(), choice: z.enum(['known', 'incoming']) })).optional(),
})

/** Result of an `apply-import` job: cli.md `import --json`, last event. */
export const importReport = z.object({
  source: z.number().int(),
  name: z.string(),
  images: z.number().int(),
  people: z.number().int(),
  labels: z.record(z.string(), z.number().int()),
  merged: z.object({ images: z.number().int(), people: z.number().int() }),
  skipped: skippedReasons,
  seconds: z.number(),
  peakRssMb: z.number(),
})
export type ImportReport = z.infer<typeof importReport>

export const exportInput = projectInput.extend({
  out: z.string().min(1),
  format: z.string().min(1),
  filter: z.string().optional(),
  /** In the place of `filter`: wanted values by key; names may hold any character. */
  selection: z
    .object({
      split: z.array(z.string()).optional(),
      source: z.array(z.string()).optional(),
      task: z.array(z.string()).optional(),
      state: z.array(z.string()).optional(),
      decision: z.array(z.string()).optional(),
    })
    .optional(),
  /** Only people of this saved view (`browse.views`). */
  view: z.number().int().optional(),
  copyImages: z.boolean().default(true),
})

export const previewExportInput = exportInput.omit({ out: true, copyImages: true })
/** Result of a `preview-export` job: what an export would write and lose; nothing was written. */
export const exportPreview = z.object({
  format: z.string(),
  images: z.number().int(),
  people: z.number().int(),
  labels: z.record(z.string(), z.number().int()),
  lost: z.array(z.object({ what: z.string(), count: z.number().int(), why: z.string() })).readonly(),
  /** Where each of the project's tasks goes; null: the format has no place for it. */
  tasks: z.array(z.object({ task: z.string(), becomes: z.string().nullable() })).readonly(),
  /** The first image as it will be written. */
  first: z.object({ file: z.string(), text: z.string() }).nullable(),
  /** Of the pictures that it would copy. */
  pictureBytes: z.number(),
  /** Pictures that are not where they were: an export that copies stops at the first. */
  missing: z.object({ count: z.number().int(), examples: z.array(z.string()) }),
  alwaysCopies: z.boolean(),
})
export type ExportPreview = z.infer<typeof exportPreview>

/** Result of an `export` job. */
export const exportResult = z.object({
  format: z.string(),
  out: z.string(),
  images: z.number().int(),
  people: z.number().int(),
  labels: z.record(z.string(), z.number().int()),
  lost: z.array(z.object({ what: z.string(), count: z.number().int(), why: z.string() })),
})
export type ExportResult = z.infer<typeof exportResult>

export const synthesizeInput = projectInput.extend({
  profile: z.enum(['full', 'partial', 'street']),
  people: z.number().int().min(1).max(1_000_000),
  seed: z.number().int().min(0).default(1),
  width: z.number().int().min(16).max(1024).default(64),
  height: z.number().int().min(16).max(2048).default(128),
  /** Surface normals on every picture, besides what the profile labels. */
  normals: z.boolean().optional(),
})
/** Result of a `synthesize` job. */
export const synthesizeResult = z.object({
  project: z.string(),
  sources: z.array(z.object({ id: z.number().int(), name: z.string(), people: z.number().int() })),
  images: z.number().int(),
  people: z.number().int(),
  labels: z.record(z.string(), z.number().int()),
  seconds: z.number(),
})
export type SynthesizeResult = z.infer<typeof synthesizeResult>
