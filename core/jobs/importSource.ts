import { stat } from 'node:fs/promises'
import path from 'node:path'
import { compileMapping, type CompiledMapping } from '../dataset/applyMapping.ts'
import type { Split } from '../dataset/label.ts'
import { doubtfulEntries, parseMapping, type Mapping } from '../dataset/mapping.ts'
import { MendError } from '../dataset/mendError.ts'
import { parseConflictRule, type ConflictRule } from '../dataset/merge.ts'
import type { SynonymTable } from '../dataset/nameMatch.ts'
import { proposeMapping } from '../dataset/proposeMapping.ts'
import type { SourceSchema } from '../dataset/record.ts'
import type { TaskSchema } from '../dataset/task.ts'
import { bundleFormat } from '../formats/bundle/read.ts'
import type { ReadOptions, SourceFormat } from '../formats/format.ts'
import { detectFormats, sourceFormat } from '../formats/registry.ts'
import { PicturePool } from '../media/pool.ts'
import synonyms from '../../resources/synonyms.json' with { type: 'json' }
import type { Project } from '../store/project.ts'
import { freeSourceName } from '../store/sources.ts'
import { Staging, type StagedRecord } from '../store/staging.ts'
import { copyPictures, removeCopies } from './copyPictures.ts'
import { mergeStagedImage } from './importMerging.ts'
import { stageRecords } from './importStaging.ts'
import { countMerge, emptyCounts, writeImage, writeTasks, type MergeCounts } from './importWriting.ts'
import { findNearDuplicates, type NearDuplicate } from './nearDuplicates.ts'
import { SkipTally, type SkippedReason } from './skipTally.ts'

export interface ImportProgress {
  readonly stage: 'reading' | 'merging' | 'copying' | 'writing'
  readonly done: number
  /** null: unknown. */
  readonly total: number | null
}

export interface ImportOptions {
  /** Missing: the likeliest that is detected. */
  readonly format?: string
  /** A mapping document, which counts as confirmed; missing: the proposed one. */
  readonly mapping?: unknown
  /** Given to every image, whatever the source says. */
  readonly split?: Split
  /** Copy the pictures into the project. */
  readonly copy?: boolean
  /** Read at most this many images. */
  readonly limit?: number
  /** `first` (default), `last`, `ask` or `source:NAME`. */
  readonly rule?: string
  /** Name of the source in the project; missing: its folder's. */
  readonly name?: string
  /** Choices of the format, e.g. a label map. */
  readonly options?: Readonly<Record<string, string>>
  /** Workers to use; missing: a pool of its own. */
  readonly pool?: PicturePool
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: ImportProgress) => void
}

/** Two labels for one person and task that say different things. */
export interface ImportConflict {
  /** The label of the project; answers to rule `ask` name it. */
  readonly label: number
  readonly task: string
  readonly image: string
  readonly known: string | null
  /** Whether the import's label would be in force. */
  readonly incomingPrevails: boolean
}

/** What can be printed of a plan. */
export interface ImportPlanSummary {
  readonly plan: string
  readonly name: string
  readonly format: string
  /** Distinct pictures that the source brings, merged ones included. */
  readonly images: number
  /** People that the source brings, merged ones included. */
  readonly people: number
  readonly labels: Readonly<Record<string, number>>
  readonly merged: { readonly images: number; readonly people: number }
  readonly skipped: readonly SkippedReason[]
  /** Images that the source lists; null: it does not say. */
  readonly listed: number | null
  readonly counts: MergeCounts
  readonly mapping: Mapping
  /** Entries of a proposed mapping that a person has to confirm: applying is refused while there are any. */
  readonly doubtful: readonly string[]
  readonly nearDuplicates: number
  readonly nearDuplicateExamples: readonly NearDuplicate[]
  readonly conflicts: number
  readonly conflictExamples: readonly ImportConflict[]
}

/** A mapping proposed for a source, before any picture is read. */
export interface ImportProposal {
  readonly format: string
  readonly schema: SourceSchema
  readonly mapping: Mapping
  readonly doubtful: readonly string[]
}

/** cli.md `import --json`, the last event but for its `event` field. */
export interface ImportReport {
  readonly source: number
  readonly name: string
  readonly images: number
  readonly people: number
  readonly labels: Readonly<Record<string, number>>
  readonly merged: { readonly images: number; readonly people: number }
  readonly skipped: readonly SkippedReason[]
  readonly conflicts: number
  readonly seconds: number
  readonly peakRssMb: number
}

export interface ApplyOptions {
  /** Rule `ask`: conflict's label → which of the two is in force. */
  readonly answers?: ReadonlyMap<number, 'known' | 'incoming'>
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: ImportProgress) => void
}

/** A planned import: staged in a file of its own, the project untouched. Apply it or discard it. */
export interface ImportPlan {
  readonly summary: ImportPlanSummary
  readonly project: Project
  readonly folder: string
  readonly staging: Staging
  readonly tasks: CompiledMapping['tasks']
  readonly rule: ConflictRule
  readonly copy: boolean
  readonly generation: number
  readonly seconds: number
}

const synonymTable: SynonymTable = synonyms
const examplesKept = 100
const applied = new WeakSet<ImportPlan>()

/** The format, its schema and the mapping that `planImport` would use: cheap, and enough to stop at a doubt. */
export async function proposeImport(
  project: Project,
  source: string,
  options: ImportOptions = {},
): Promise<ImportProposal> {
  const folder = await sourceFolder(source)
  const format = await chooseFormat(folder, options.format)
  const schema = await format.describe(folder, readOptions(options, undefined))
  if (options.mapping !== undefined) {
    return { format: format.name, schema, mapping: parseMapping(options.mapping), doubtful: [] }
  }
  const mapping = proposeMapping(schema, project.tasks.schemas(), synonymTable)
  return { format: format.name, schema, mapping, doubtful: doubtfulEntries(mapping) }
}

/**
 * Reads a source to the end and works out what importing it would do; the project is not changed. Cancelling or a crash
 * leaves at most a staging file, which the next opening of the project removes.
 * Throws `source-missing`, `format-unknown`, `format-ambiguous`, `mapping-invalid`, `mapping-misfit`, `rule-unknown`, and
 * what the format throws of a broken source.
 */
export async function planImport(project: Project, source: string, options: ImportOptions = {}): Promise<ImportPlan> {
  const started = performance.now()
  const rule = parseConflictRule(options.rule ?? 'first')
  const folder = await sourceFolder(source)
  const proposal = await proposeImport(project, folder, options)
  const name = freeSourceName(project.sources, options.name ?? path.basename(folder))
  const generation = project.generation
  const known = project.tasks.schemas()
  const namespace = proposal.format === bundleFormat.name ? null : name
  const compiled = compileMapping(proposal.mapping, proposal.schema, known, namespace)
  const staging = new Staging(project.stagingFolder)
  const pool = options.pool ?? new PicturePool()
  const skipped = new SkipTally()
  try {
    const total = listedImages(proposal.schema, options.limit)
    await stageRecords({
      source: folder,
      schema: proposal.schema,
      records: sourceFormat(proposal.format).read(folder, readOptions(options, proposal.mapping)),
      mapping: compiled,
      staging,
      skipped,
      pool,
      split: options.split,
      signal: options.signal,
      onProgress: (done) => options.onProgress?.({ stage: 'reading', done, total }),
    })
    const context = { rule, sourceName: name, tasks: { ...known, ...compiled.tasks } }
    const merge = await planMerge(project, staging, context, compiled, options)
    const near = findNearDuplicates(project, staging)
    const { counts } = merge
    const summary: ImportPlanSummary = {
      plan: path.basename(staging.file, '.db'),
      name,
      format: proposal.format,
      ...totals(counts),
      skipped: skipped.report(),
      listed: proposal.schema.images,
      counts,
      mapping: proposal.mapping,
      doubtful: proposal.doubtful,
      nearDuplicates: near.length,
      nearDuplicateExamples: near.slice(0, examplesKept),
      conflicts: merge.conflicts,
      conflictExamples: merge.examples,
    }
    const seconds = (performance.now() - started) / 1000
    const copy = options.copy === true
    return { summary, project, folder, staging, tasks: compiled.tasks, rule, copy, generation, seconds }
  } catch (error) {
    staging.discard()
    throw error
  } finally {
    if (options.pool === undefined) await pool.close()
  }
}

/**
 * Does what a plan says, in one transaction; the plan is used up. Throws `mapping-doubtful`, `plan-outdated` (somebody
 * imported or removed meanwhile), `conflicts-unanswered` (rule `ask`), `plan-used`.
 */
export async function applyImport(plan: ImportPlan, options: ApplyOptions = {}): Promise<ImportReport> {
  const started = performance.now()
  checkApplicable(plan)
  applied.add(plan)
  try {
    const copies = plan.copy ? await copyPictures(plan.project, plan.staging, options) : null
    try {
      options.signal?.throwIfAborted()
      return write(plan, copies?.files ?? null, options, started)
    } catch (error) {
      if (copies !== null) await removeCopies(copies)
      throw error
    }
  } finally {
    plan.staging.discard()
  }
}

/** Forgets a plan; false when it was applied or discarded before. */
export function discardPlan(plan: ImportPlan): boolean {
  if (applied.has(plan)) return false
  applied.add(plan)
  plan.staging.discard()
  return true
}

function write(
  plan: ImportPlan,
  copies: ReadonlyMap<string, string> | null,
  options: ApplyOptions,
  started: number,
): ImportReport {
  const { project, staging, summary } = plan
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
      options.signal?.throwIfAborted()
      writeImage(writer, context, staging.records(sha256), counts)
      if (++done % 100 === 0 || done === total) options.onProgress?.({ stage: 'writing', done, total })
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
    checkAnswered(plan, report.conflicts, options)
    writer.sources.setReport(source, { ...report, counts })
    return report
  })
}

function totals(counts: MergeCounts): Pick<ImportReport, 'images' | 'people' | 'labels' | 'merged'> {
  return {
    images: counts.images.new + counts.images.merged,
    people: counts.people.new + counts.people.merged,
    labels: Object.fromEntries(Object.entries(counts.labels).map(([task, count]) => [task, count.brought])),
    merged: { images: counts.images.merged, people: counts.people.merged },
  }
}

async function planMerge(
  project: Project,
  staging: Staging,
  context: { rule: ConflictRule; sourceName: string; tasks: Readonly<Record<string, TaskSchema>> },
  compiled: CompiledMapping,
  options: ImportOptions,
): Promise<{ counts: MergeCounts; conflicts: number; examples: ImportConflict[] }> {
  const counts = emptyCounts(Object.keys(compiled.tasks))
  const total = staging.countImages()
  const examples: ImportConflict[] = []
  let conflicts = 0
  let done = 0
  for (const sha256 of staging.hashes()) {
    const records = staging.records(sha256)
    const merge = mergeStagedImage(project, context, records)
    countMerge(counts, merge, records)
    for (const label of merge.labels) {
      if (!label.disputed || label.known === null) continue
      conflicts++
      const { id, source: known } = label.known
      const { path: image } = records[label.record]
      if (examples.length < examplesKept || context.rule.type === 'ask') {
        examples.push({ label: id, task: label.task, image, known, incomingPrevails: label.current })
      }
    }
    if (++done % 100 === 0 || done === total) {
      options.onProgress?.({ stage: 'merging', done, total })
      await new Promise((resolve) => setImmediate(resolve))
      options.signal?.throwIfAborted()
    }
  }
  return { counts, conflicts, examples }
}

function checkApplicable(plan: ImportPlan): void {
  if (applied.has(plan)) {
    throw new MendError('plan-used', 'this plan was applied or discarded already', 'Plan the import again.')
  }
  if (plan.summary.doubtful.length > 0) {
    const doubts = plan.summary.doubtful.slice(0, 5).join('; ')
    throw new MendError(
      'mapping-doubtful',
      `${plan.summary.doubtful.length} entries of the proposed mapping are guesses: ${doubts}`,
      'Confirm or correct them in the mapping file and import with --map FILE.',
    )
  }
}

function checkAnswered(plan: ImportPlan, conflicts: number, options: ApplyOptions): void {
  const answered = options.answers?.size ?? 0
  if (plan.rule.type !== 'ask' || conflicts <= answered) return
  throw new MendError(
    'conflicts-unanswered',
    `${conflicts - answered} labels of the source contradict the project's and have no answer`,
    'Answer each conflict of the plan, or choose the rule first, last or source:NAME.',
  )
}

async function sourceFolder(source: string): Promise<string> {
  const folder = path.resolve(source)
  const info = await stat(folder).catch(() => null)
  if (info !== null) return folder
  throw new MendError('source-missing', `${folder} does not exist`, 'Check the path of the dataset.')
}

async function chooseFormat(folder: string, wanted: string | undefined): Promise<SourceFormat> {
  if (wanted !== undefined) return sourceFormat(wanted)
  const [best, second] = await detectFormats(folder)
  if (best === undefined) {
    const hint = 'Name the format with --format, or check that the folder is the top of the dataset.'
    throw new MendError('format-unknown', `no known format was recognised in ${folder}`, hint)
  }
  if (second !== undefined && second.confidence === best.confidence) {
    const hint = 'Name the one that is meant with --format.'
    throw new MendError('format-ambiguous', `${folder} may be ${best.format} or ${second.format}`, hint)
  }
  return sourceFormat(best.format)
}

function readOptions(options: ImportOptions, mapping: Mapping | undefined): ReadOptions {
  const exhaustive: Record<string, boolean> = {}
  for (const [task, entry] of Object.entries(mapping?.tasks ?? {})) {
    if (entry.exhaustive !== undefined) exhaustive[task] = entry.exhaustive
  }
  return {
    ...(options.limit !== undefined && { limit: options.limit }),
    ...(options.signal && { signal: options.signal }),
    ...(options.options && { options: options.options }),
    exhaustive,
  }
}

function listedImages(schema: SourceSchema, limit: number | undefined): number | null {
  if (schema.images === null) return limit ?? null
  return Math.min(schema.images, limit ?? schema.images)
}
