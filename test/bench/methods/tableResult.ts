import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { lineComparison } from '../../../core/api/comparison.ts'
import { relationMatrix } from '../../../core/api/runSets.ts'

const tableResult = z.object({
  table: z.string(),
  title: z.string(),
  /** What it was measured on. */
  machine: z.object({ cpu: z.string(), cores: z.number(), node: z.string() }),
  at: z.string(),
  people: z.number().int(),
  /** Seconds of all its runs. */
  seconds: z.number(),
  failed: z.array(z.object({ line: z.string(), seed: z.number(), message: z.string() })),
  comparison: lineComparison,
  relations: relationMatrix.nullable(),
})
export type TableResult = z.infer<typeof tableResult>

const committed = path.resolve(import.meta.dirname, '..', '..', '..', 'docs', 'results')

/** Where a table's results are committed. */
export function resultFile(table: string, folder = committed): string {
  return path.join(folder, `methods-${table}.json`)
}

/** The committed results of a table; null where it was never run. */
export function readResult(table: string): TableResult | null {
  const file = resultFile(table)
  return existsSync(file) ? tableResult.parse(JSON.parse(readFileSync(file, 'utf8'))) : null
}

/** @returns the file */
export function writeResult(result: TableResult, folder?: string): string {
  const file = resultFile(result.table, folder)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`)
  return file
}
