import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { lineComparison } from '../../../core/api/comparison.ts'

/** What the results of every long table say. */
export const tableHead = z.object({
  table: z.string(),
  title: z.string(),
  /** What it was measured on. */
  machine: z.object({ cpu: z.string(), cores: z.number(), node: z.string() }),
  at: z.string(),
  people: z.number().int(),
  /** Seconds of all its runs, and of what was measured of them at length. */
  seconds: z.number(),
  failed: z.array(z.object({ line: z.string(), seed: z.number(), message: z.string() })),
  comparison: lineComparison,
})
export type TableHead = z.infer<typeof tableHead>

const committed = path.resolve(import.meta.dirname, '..', '..', '..', 'docs', 'results')

/** A benchmark's committed results, a file a table. */
export interface ResultFiles<Result> {
  /** Null where the table was never run. */
  read(table: string): Result | null
  /** @returns the file */
  write(result: Result, folder?: string): string
}

/** @param indent spaces a level; missing: all in one line. */
export function resultFiles<Result extends TableHead>(
  benchmark: string,
  schema: z.ZodType<Result>,
  indent?: number,
): ResultFiles<Result> {
  const fileOf = (table: string, folder = committed): string => path.join(folder, `${benchmark}-${table}.json`)
  return {
    read: (table) => {
      const file = fileOf(table)
      return existsSync(file) ? schema.parse(JSON.parse(readFileSync(file, 'utf8'))) : null
    },
    write: (result, folder) => {
      const file = fileOf(result.table, folder)
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, `${JSON.stringify(result, null, indent)}\n`)
      return file
    },
  }
}
