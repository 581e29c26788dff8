import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { ExportModelResult } from '../../api/controllable.ts'
import { writeStaged } from '../../formats/stagedFolder.ts'
import type { Project } from '../../store/project.ts'
import { chosenNetwork } from '../../training/controllable/preferences.ts'
import type { ModelFormat } from '../../training/modelExport/exportModel.ts'
import type { ExportRequest } from '../../training/modelExport/exportProcess.ts'
import type { NetworkWish } from '../../training/predictor.ts'
import type { JobContext } from '../jobRunner.ts'
import { runPredictor } from '../predictorHost.ts'
import { frozenFolder } from '../runPredictions.ts'
import { findRun } from '../runSummaries.ts'
import { requireControlledRun } from './controlledRuns.ts'

export interface ExportNetworkOptions {
  readonly run: number
  readonly wish: NetworkWish
  readonly format: ModelFormat
  /** Images that it takes at a time. */
  readonly batch: number
  /** A folder that does not exist yet, or is empty. */
  readonly out: string
}

const exportScript = fileURLToPath(new URL('../../training/modelExport/exportProcess.ts', import.meta.url))
const freezeMargin = z.object({ freeze: z.object({ margin: z.number() }) })

/**
 * Writes one configuration of a run's network as a model that needs nothing of this program. The folder appears when it is complete.
 * @throws MendError `unknown-run`, `not-controllable`, `budget-infeasible`, `preference-invalid`, `unknown-task`, `output-exists`,
 * `tensorflow-unavailable`; JobCancelled
 */
export async function exportNetwork(
  project: Project,
  { run: id, wish, format, batch, out }: ExportNetworkOptions,
  context: JobContext,
): Promise<ExportModelResult> {
  const { margin } = freezeMargin.parse(findRun(project, id).configuration).freeze
  const run = await requireControlledRun(project, id)
  const { configuration, macs, parameters } = chosenNetwork(run.controller, wish.preferences, wish.budget)
  const trainingSet = join(run.folder, frozenFolder)
  const work = join(run.folder, `exporting-${process.pid}-${Date.now()}`)
  mkdirSync(work)
  try {
    context.progress({ stage: 'writing', done: 0, total: 1, unit: 'models' })
    await writeStaged(out, async (folder) => {
      const request: ExportRequest = { runFolder: run.folder, trainingSet, wish, format, batch, margin, out: folder }
      writeFileSync(join(work, 'export.json'), JSON.stringify(request))
      await runPredictor(work, context, { script: exportScript })
    })
    context.progress({ stage: 'writing', done: 1, total: 1, unit: 'models' })
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  const files = readdirSync(out).map((name) => ({ name, bytes: statSync(join(out, name)).size }))
  const computed = { configuration: { ...configuration }, macs, parameters }
  return { run: id, out: resolve(out), format, ...computed, files }
}
