import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ExportModelResult } from '../../api/controllable.ts'
import { writeStaged } from '../../formats/stagedFolder.ts'
import type { Project } from '../../store/project.ts'
import type { ModelFormat } from '../../training/modelExport/exportModel.ts'
import type { ExportRequest } from '../../training/modelExport/exportProcess.ts'
import type { JobContext } from '../jobRunner.ts'
import { runPredictor } from '../predictorHost.ts'
import { frozenFolder } from '../runPredictions.ts'
import { findRun, freezeMargin } from '../runSummaries.ts'
import { withWorkFolder } from '../workFolder.ts'
import { wishedNetwork } from './wishedNetwork.ts'
import type { PartialWish } from './wishedNetwork.ts'

export interface ExportNetworkOptions {
  readonly run: number
  readonly wish: PartialWish
  readonly format: ModelFormat
  /** Images that it takes at a time. */
  readonly batch: number
  /** A folder that does not exist yet, or is empty. */
  readonly out: string
}

const exportScript = fileURLToPath(new URL('../../training/modelExport/exportProcess.ts', import.meta.url))

/**
 * Writes one configuration of a run's network as a model that needs nothing of this program. The folder appears when it is complete.
 * @throws MendError `unknown-run`, `not-controllable`, `budget-infeasible`, `preference-invalid`, `unknown-task`, `output-exists`,
 * `tensorflow-unavailable`; JobCancelled
 */
export async function exportNetwork(
  project: Project,
  { run, wish: asked, format, batch, out }: ExportNetworkOptions,
  context: JobContext,
): Promise<ExportModelResult> {
  const margin = freezeMargin(findRun(project, run))
  const runFolder = project.runFolder(run)
  const { wish, computed } = await wishedNetwork(project, run, asked)
  context.progress({ stage: 'writing', done: 0, total: 1, unit: 'models' })
  await withWorkFolder(runFolder, 'exporting', (work) =>
    writeStaged(out, async (folder) => {
      const trainingSet = join(runFolder, frozenFolder)
      const request: ExportRequest = { runFolder, trainingSet, wish, format, batch, margin, out: folder }
      writeFileSync(join(work, 'export.json'), JSON.stringify(request))
      await runPredictor(work, context, { script: exportScript })
    }),
  )
  context.progress({ stage: 'writing', done: 1, total: 1, unit: 'models' })
  const files = readdirSync(out).map((name) => ({ name, bytes: statSync(join(out, name)).size }))
  return { run, out: resolve(out), format, ...computed, files }
}
