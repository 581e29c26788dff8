import { z } from 'zod'
import { projectInput } from './project.ts'

export const compareLinesInput = projectInput.extend({
  runs: z.array(z.number().int()).default([]),
  /** Sets of runs, all of whose finished runs are compared. */
  sets: z.array(z.number().int()).default([]),
  /** Line that the others are held against, seed by seed; missing: the first that learns several tasks. */
  against: z.string().optional(),
})

/** Over seeds. */
const spread = z.object({
  mean: z.number(),
  /** Of a sample; null below two seeds. */
  deviation: z.number().nullable(),
  count: z.number().int(),
})
export type Spread = z.infer<typeof spread>

/** Mean of paired differences with Student's 95% interval, null below two pairs. */
const difference = z.object({
  mean: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  count: z.number().int(),
})
export type Difference = z.infer<typeof difference>

const comparedLine = z.object({
  line: z.string(),
  runs: z.array(z.number().int()),
  seeds: z.array(z.number()),
  /** Task → its metric on the validation split after the last epoch. */
  tasks: z.record(z.string(), spread),
  /** Mean over tasks of the relative change to the single-task figure, as a share; above 0 is better. null: nothing to hold it against. */
  change: spread.nullable(),
  /** Weights and multiply-adds an image, of all networks of the line. */
  weights: z.number().nullable(),
  macs: z.number().nullable(),
  imagesPerSecond: z.number().nullable(),
  /** Task → difference to the line held against, seed by seed; empty for that line itself. */
  differences: z.record(z.string(), difference),
  /** The same of `change`. */
  changeDifference: difference.nullable(),
})
export type ComparedLine = z.infer<typeof comparedLine>

export const lineComparison = z.object({
  tasks: z.array(z.object({ task: z.string(), metric: z.string(), better: z.enum(['higher', 'lower']) })),
  /** Lines whose runs learn one task each, from which the single-task figures are; empty: none. */
  single: z.array(z.string()),
  against: z.string().nullable(),
  lines: z.array(comparedLine),
})
export type LineComparison = z.infer<typeof lineComparison>
