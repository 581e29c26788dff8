import { applyWith, type ApplyOptions } from './applyImport.ts'
import type { ImportPlan, ImportProgress, ImportReport } from './importPlan.ts'
import type { ImportTask } from './importWriter.ts'
import { writeInThread } from './writerThread.ts'

const patienceMs = 600_000

/**
 * As `applyImport`, but the rows are written by a thread, so that the service goes on answering, shows progress and can
 * cancel: until the transaction is committed nothing of it is in the project. Changes that others make to the project
 * meanwhile wait for it.
 */
export async function applyInThread(plan: ImportPlan, options: ApplyOptions = {}): Promise<ImportReport> {
  return applyWith(plan, options, async (copies) => {
    const { summary, folder, tasks, rule, copy, generation, seconds } = plan
    plan.staging.release()
    return writeInThread<ImportReport, ImportTask, ImportProgress>({
      project: plan.project,
      file: 'importWriter',
      task: {
        projectFolder: plan.project.folder,
        stagingFile: plan.staging.file,
        plan: { summary, folder, tasks, rule, copy, generation, seconds },
        copies,
        answers: options.answers ?? null,
      },
      patienceMs,
      signal: options.signal,
      onProgress: (progress) => options.onProgress?.(progress),
      whenCancelled: 'nothing was imported; apply a new plan to import it',
    })
  })
}
