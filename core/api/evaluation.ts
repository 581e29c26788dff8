import { z } from 'zod'
import { projectInput } from './project.ts'

export const evaluateInput = projectInput.extend({
  run: z.number().int(),
  /** Number of the source whose people are predicted. */
  source: z.number().int(),
  /** Missing: those that the run learnt and the source has labels of. */
  tasks: z.array(z.string().min(1)).min(1).optional(),
})

export const evaluation = z.object({
  source: z.number().int(),
  sourceName: z.string(),
  task: z.string(),
  at: z.string(),
  /** People with a label of the task whom the run was never trained on. */
  people: z.number().int(),
  metrics: z.record(z.string(), z.number().nullable()),
})
export type EvaluationOut = z.infer<typeof evaluation>

/** Result of an `evaluate` job. */
export const evaluateResult = z.object({
  run: z.number().int(),
  source: z.number().int(),
  sourceName: z.string(),
  /** People predicted, and those of the source that were left out because the run was trained on them. */
  people: z.number().int(),
  trainedOn: z.number().int(),
  imagesPerSecond: z.number(),
  tasks: z.record(
    z.string(),
    z.object({ people: z.number().int(), metrics: z.record(z.string(), z.number().nullable()) }),
  ),
})
export type EvaluateResult = z.infer<typeof evaluateResult>
