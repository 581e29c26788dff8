import { attachProject } from '../store/project.ts'
import { Staging } from '../store/staging.ts'
import { writePlan } from './applyImport.ts'
import type { ImportProgress, ImportReport, PlanDocument } from './importPlan.ts'
import { answerAsThread, threadPatienceMs } from './writerThreadSide.ts'

/** What the thread that writes an import is given. */
export interface ImportTask {
  readonly projectFolder: string
  readonly stagingFile: string
  readonly plan: PlanDocument
  readonly copies: ReadonlyMap<string, string> | null
  readonly answers: ReadonlyMap<number, 'known' | 'incoming'> | null
}

answerAsThread<ImportTask, ImportProgress, ImportReport>((task, caller) => {
  const project = attachProject(task.projectFolder)
  project.setPatience(threadPatienceMs)
  const staging = new Staging(null, task.stagingFile)
  try {
    return writePlan(project, staging, task.plan, task.copies, performance.now(), {
      ...(task.answers && { answers: task.answers }),
      checkCancelled: () => caller.checkCancelled(),
      onProgress: (progress) => caller.progress(progress),
    })
  } finally {
    staging.release()
    project.close()
  }
})
