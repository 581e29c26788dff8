import { z } from 'zod'
import { projectInput } from './project.ts'

export const decisions = ['keep', 'reject', 'accept-prediction', 'skip'] as const
export type Decision = (typeof decisions)[number]

export const suspectsInput = projectInput.extend({
  /** Missing: the newest finished run. */
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
  decision: z.enum(decisions).nullable(),
})
export type Suspect = z.infer<typeof suspect>

export const suspectsPageInput = suspectsInput.extend({ out: z.string().min(1) })
export const suspectsPageResult = z.object({ out: z.string(), entries: z.number().int(), bytes: z.number().int() })

export const decideInput = projectInput.extend({
  run: z.number().int().optional(),
  /** Who decides, for the labels' history. */
  by: z.string().default('command line'),
  decisions: z
    .array(z.object({ label: z.number().int(), decision: z.enum(decisions), reason: z.string().default('') }))
    .max(1_000_000),
})
export const decideResult = z.object({
  run: z.number().int(),
  keep: z.number().int(),
  reject: z.number().int(),
  acceptPrediction: z.number().int(),
  skip: z.number().int(),
  /** Labels that a revision was written for. */
  revisions: z.number().int(),
})
export type DecideResult = z.infer<typeof decideResult>
