import { z } from 'zod'
import { sweepReport } from '../../../core/api/controllable.ts'
import { resultFiles, tableHead } from '../tables/resultFile.ts'

/** A controllable run of a table: its sweep, and what it makes of given budgets where all tasks matter alike. */
const controlledRun = z.object({
  line: z.string(),
  seed: z.number(),
  run: z.number().int(),
  /** null: the line is not swept. */
  sweep: sweepReport.nullable(),
  budgets: z.array(
    z.object({
      /** The line whose network costs as much. */
      as: z.string(),
      budget: z.number(),
      macs: z.number(),
      milliseconds: z.number(),
      /** Task → figure of its metric in the table; null where nothing was labelled. */
      figures: z.record(z.string(), z.number().nullable()),
      /** The same at the other line's own width throughout; null where it has none. */
      uniform: z.record(z.string(), z.number().nullable()).nullable(),
    }),
  ),
})
export type ControlledRunResult = z.infer<typeof controlledRun>

const controllableResult = tableHead.extend({ controlled: z.array(controlledRun) })
export type ControllableResult = z.infer<typeof controllableResult>

/** In one line each: hundreds of points would make thousands. */
export const controllableResults = resultFiles('controllable', controllableResult)
