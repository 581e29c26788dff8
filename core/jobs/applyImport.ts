import { MendError } from '../dataset/mendError.ts'
import type { Project } from '../store/project.ts'
import type { StagedRecord, Staging } from '../store/staging.ts'
import { copyPictures, removeCopies } from './copyPictures.ts'
import {
  checkConfirmed,
  usePlan,
  type ImportPlan,
  type ImportProgress,
  type ImportReport,
  type PlanDocument,
} from './importPlan.ts'
import { totals } from './importSource.ts'
import { emptyCounts, writeImage, writeTasks } from './importWriting.ts'

export interface ApplyOptions {
  /** Rule `ask`: conflict's label → which of the two is in force. */
  readonly answers?: ReadonlyMap<number, 'known' | 'incoming'>
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: ImportProgress) => void
}

export interface WriteOptions {
  readonly answers?: ReadonlyMap<number, 'known' | 'incoming'>
  /** Throws to stop: nothing is then written. */
  readonly checkCancelled: () => void
  readonly onProgress: (progress: ImportProgress) => void
}

/**
 * Does what a plan says, in one transaction on this thread; the plan is used up. Throws `mapping-doubtful`,
 * `plan-outdated` (somebody imported or removed meanwhile), `conflicts-unanswered` (rule `ask`), `plan-used`.
 */
export async function applyImport(plan: ImportPlan, options: ApplyOptions = {}): Promise<ImportReport> {
  return applyWith(plan, options, (copies, started) =>
    writePlan(plan.project, plan.staging, plan, copies, started, {
      ...(options.answers && { answers: options.answers }),
      checkCancelled: () => options.signal?.throwIfAborted(),
      onProgress: (progress) => options.onProgress?.(progress),
    }),
  )
}

/** Copies the pictures where the plan says so, lets `write` write, and takes the copies back when that fails. */
export async function applyWith(
  plan: ImportPlan,
  options: ApplyOptions,
  write: (copies: ReadonlyMap<string, string> | null, started: number) => ImportReport | Promise<ImportReport>,
): Promise<ImportReport> {
  const started = performance.now()
  checkConfirmed(plan)
  usePlan(plan)
  try {
    const copies = plan.copy ? await copyPictures(plan.project, plan.staging, options) : null
    try {
      options.signal?.throwIfAborted()
      return await write(copies?.files ?? null, started)
    } catch (error) {
      if (copies !== null) await removeCopies(copies)
      throw error
    }
  } finally {
    plan.staging.discard()
  }
}

/**
 * Writes a staged import in one transaction, synchronously. `copies`: SHA-256 → absolute path of the copied picture, or
 * null; `started`: when applying began, as `performance.now()` counts.
 */
export function writePlan(
  project: Project,
  staging: Staging,
  plan: PlanDocument,
  copies: ReadonlyMap<string, string> | null,
  started: number,
  options: WriteOptions,
): ImportReport {
  const { summary } = plan
  const total = staging.countImages()
  return project.transaction((writer) => {
    const { generation } = writer.connection.one<{ generation: number }>('SELECT generation FROM project')
    if (generation !== plan.generation || writer.sources.find(summary.name) !== undefined) {
      const hint = 'Plan the import again: it is then joined with what was imported meanwhile.'
      throw new MendError('plan-outdated', `${project.folder} was changed after the import was planned`, hint)
    }
    const { mapping, name, format } = summary
    const source = writer.sources.insert({ name, format, folder: plan.folder, mapping, report: null })
    const context = {
      source,
      sourceName: name,
      rule: plan.rule,
      taskIds: writeTasks(writer, plan.tasks, source),
      tasks: writer.tasks.schemas(),
      pictureFile: (record: StagedRecord) => copies?.get(record.sha256) ?? record.file,
      ...(options.answers && { answers: options.answers }),
    }
    const counts = emptyCounts(Object.keys(plan.tasks))
    let done = 0
    for (const sha256 of staging.hashes()) {
      options.checkCancelled()
      writeImage(writer, context, staging.records(sha256), counts)
      if (++done % 100 === 0 || done === total) options.onProgress({ stage: 'writing', done, total })
    }
    writer.advanceGeneration()
    const seconds = plan.seconds + (performance.now() - started) / 1000
    const report: ImportReport = {
      source,
      name,
      ...totals(counts),
      skipped: summary.skipped,
      conflicts: Object.values(counts.labels).reduce((sum, label) => sum + label.disputed, 0),
      seconds: Math.round(seconds * 1000) / 1000,
      peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
    }
    checkAnswered(plan, report.conflicts, options.answers)
    writer.sources.setReport(source, { ...report, counts })
    return report
  })
}

function checkAnswered(plan: PlanDocument, conflicts: number, answers: WriteOptions['answers']): void {
  const answered = answers?.size ?? 0
  if (plan.rule.type !== 'ask' || conflicts <= answered) return
  throw new MendError(
    'conflicts-unanswered',
    `${conflicts - answered} labels of the source contradict the project's and have no answer`,
    'Answer each conflict of the plan, or choose the rule first, last or source:NAME.',
  )
}
