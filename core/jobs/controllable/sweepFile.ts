import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { sweepReport, type SweepReport } from '../../api/controllable.ts'
import type { ControlledRun } from './controlledRuns.ts'

/** A run's last finished sweep lies in its folder, with what tells whether the weights are still those that it measured. */
const stored = z.object({ stamp: z.string(), report: sweepReport })
const fileName = 'sweep.json'

/** The file that was read last, and when it was written: a slider reads it again and again. */
let kept: { readonly file: string; readonly writtenAt: number; readonly stored: z.infer<typeof stored> } | null = null

/** null: none was finished, or the run has been trained further since. */
export function readSweep({ folder, stamp }: Pick<ControlledRun, 'folder' | 'stamp'>): SweepReport | null {
  const file = join(folder, fileName)
  const writtenAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs
  if (writtenAt === undefined) return null
  if (kept?.file !== file || kept.writtenAt !== writtenAt) {
    const found = stored.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    if (!found.success) return null
    kept = { file, writtenAt, stored: found.data }
  }
  return kept.stored.stamp === stamp ? kept.stored.report : null
}

export function writeSweep({ folder, stamp }: Pick<ControlledRun, 'folder' | 'stamp'>, report: SweepReport): void {
  const file = join(folder, fileName)
  writeFileSync(`${file}.partial`, `${JSON.stringify({ stamp, report })}\n`)
  renameSync(`${file}.partial`, file)
}
