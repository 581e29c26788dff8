import type { JobKind, JobSummary } from '../../core/api/job.ts'
import type { ProjectScreen } from './screens.ts'
import { formatCount, formatPercent } from '../ui/numbers.ts'

const names: Readonly<Record<JobKind, string>> = {
  sample: 'Making the sample',
  synthesize: 'Making people',
  'survey-source': 'Looking into a dataset',
  'plan-import': 'Reading',
  'apply-import': 'Importing',
  'preview-export': 'Previewing an export',
  export: 'Exporting',
  'change-people': 'Changing people',
  train: 'Training',
  audit: 'Looking for suspects',
  'run-set': 'Training a set of runs',
  evaluate: 'Evaluating',
  predict: 'Predicting labels',
  sweep: 'Measuring budgets of',
  'export-model': 'Exporting a model of',
  'install-engine': 'Installing an engine',
}

/** What a kind of job does, as a sentence begins with it. */
export function jobTitle(kind: JobKind): string {
  return names[kind]
}

const screens: Readonly<Record<JobKind, ProjectScreen>> = {
  sample: 'data',
  synthesize: 'data',
  'survey-source': 'import',
  'plan-import': 'import',
  'apply-import': 'import',
  'preview-export': 'export',
  export: 'export',
  'change-people': 'data',
  train: 'training',
  audit: 'training',
  'run-set': 'training',
  evaluate: 'training',
  predict: 'training',
  sweep: 'training',
  'export-model': 'training',
  'install-engine': 'training',
}

/** Where a kind of job is looked after. */
export function jobScreen(kind: JobKind): ProjectScreen {
  return screens[kind]
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
