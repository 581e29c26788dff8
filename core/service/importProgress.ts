import type { ImportProgress } from '../jobs/importPlan.ts'
import type { JobContext } from '../jobs/jobRunner.ts'

const progressUnits: Readonly<Record<ImportProgress['stage'], { stage: string; unit: string }>> = {
  reading: { stage: 'read', unit: 'images' },
  merging: { stage: 'merged', unit: 'images' },
  copying: { stage: 'copied', unit: 'pictures' },
  writing: { stage: 'wrote', unit: 'images' },
}

/** Tells a job's watchers how far an import is. */
export function importReporter(job: JobContext): (progress: ImportProgress) => void {
  return ({ stage, done, total }) => job.progress({ ...progressUnits[stage], done, total })
}
