import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { lineComparison } from '../../../core/api/comparison.ts'
import { sweepReport } from '../../../core/api/controllable.ts'

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

const controllableResult = z.object({
  table: z.string(),
  title: z.string(),
  /** What it was measured on. */
  machine: z.object({ cpu: z.string(), cores: z.number(), node: z.string() }),
  at: z.string(),
  people: z.number().int(),
  /** Seconds of all its runs, and of their sweeps. */
  seconds: z.number(),
  failed: z.array(z.object({ line: z.string(), seed: z.number(), message: z.string() })),
  comparison: lineComparison,
  controlled: z.array(controlledRun),
})
export type ControllableResult = z.infer<typeof controllableResult>

const committed = path.resolve(import.meta.dirname, '..', '..', '..', 'docs', 'results')

function resultFile(table: string, folder = committed): string {
  return path.join(folder, `controllable-${table}.json`)
}

/** The committed results of a table; null where it was never run. */
export function readControllableResult(table: string): ControllableResult | null {
  const file = resultFile(table)
  return existsSync(file) ? controllableResult.parse(JSON.parse(readFileSync(file, 'utf8'))) : null
}

/** @returns the file */
export function writeControllableResult(result: ControllableResult, folder?: string): string {
  const file = resultFile(result.table, folder)
  mkdirSync(path.dirname(file), { recursive: true })
  // Hundreds of points: a line each would make thousands.
  writeFileSync(file, `${JSON.stringify(result)}\n`)
  return file
}
