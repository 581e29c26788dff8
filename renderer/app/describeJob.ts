import type { JobKind, JobSummary } from '../../core/api/job.ts'
import { formatCount, formatPercent } from '../ui/numbers.ts'

/** Kinds that come later are shown by their own name until they have words here. */
const names: Readonly<Partial<Record<JobKind, string>>> = {
  synthesize: 'Making people',
  'plan-import': 'Reading',
  'apply-import': 'Importing',
  export: 'Exporting',
  train: 'Training',
  audit: 'Looking for suspects',
  'install-engine': 'Installing an engine',
}

/** What a kind of job does, as a sentence begins with it. */
export function jobTitle(kind: JobKind): string {
  return names[kind] ?? kind
}

/** A job in one line with its numbers: "Training run 15 · epoch 7 of 30". */
export function describeJob(job: JobSummary): string {
  const title = job.run === null ? jobTitle(job.kind) : `${jobTitle(job.kind)} run ${job.run}`
  const state = job.state === 'running' ? '' : ` · ${job.state}`
  const { progress } = job
  if (progress === null) return `${title}${state}`
  const unit = progress.unit === '' ? '' : ` ${progress.unit}`
  const counts =
    progress.total === null
      ? `${formatCount(progress.done)}${unit}`
      : `${formatCount(progress.done)} of ${formatCount(progress.total)}${unit} (${formatPercent(progress.done / Math.max(1, progress.total))})`
  return `${title}${state} · ${progress.stage} · ${counts}${progress.detail === undefined ? '' : ` · ${progress.detail}`}`
}
