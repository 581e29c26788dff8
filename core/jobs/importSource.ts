import path from 'node:path'
import { compileMapping, type CompiledMapping } from '../dataset/applyMapping.ts'
import type { Split } from '../dataset/label.ts'
import { doubtfulEntries, parseMapping, type Mapping } from '../dataset/mapping.ts'
import { parseConflictRule, type ConflictRule } from '../dataset/merge.ts'
import type { SynonymTable } from '../dataset/nameMatch.ts'
import { proposeMapping } from '../dataset/proposeMapping.ts'
import type { SourceSchema } from '../dataset/record.ts'
import type { TaskSchema } from '../dataset/task.ts'
import { bundleFormat } from '../formats/bundle/read.ts'
import { PicturePool } from '../media/pool.ts'
import synonyms from '../../resources/synonyms.json' with { type: 'json' }
import type { Project } from '../store/project.ts'
import { freeSourceName } from '../store/sources.ts'
import { Staging } from '../store/staging.ts'
import type { FactsCache } from './factsCache.ts'
import { mergeStagedImage } from './importMerging.ts'
import type { ImportConflict, ImportPlan, ImportPlanSummary, ImportProgress } from './importPlan.ts'
import { stageRecords } from './importStaging.ts'
import { countMerge, emptyCounts, type MergeCounts } from './importWriting.ts'
import { findNearDuplicates, joinNearDuplicates, type NearChoice } from './nearDuplicates.ts'
import { SkipTally } from './skipTally.ts'
import { findSource, listedImages, readOptions, type FoundSource } from './sourceReading.ts'

export interface ImportOptions {
  /** Missing: the likeliest that is detected. */
  readonly format?: string
  /** A mapping document; missing: the proposed one. */
  readonly mapping?: unknown
  /** false: the given mapping is being edited, its guesses still wait for a person. Missing: it counts as confirmed. */
  readonly confirmed?: boolean
  /** Given to every image, whatever the source says. */
  readonly split?: Split
  /** Copy the pictures into the project. */
  readonly copy?: boolean
  /** Read at most this many images. */
  readonly limit?: number
  /** `first` (default), `last`, `ask` or `source:NAME`. */
  readonly rule?: string
  /** Name of the source in the project; missing: its folder's or file's. */
  readonly name?: string
  /** Which near-duplicates are joined to what they resemble; missing: none. */
  readonly near?: NearChoice
  /** Choices of the format, e.g. a label map. */
  readonly options?: Readonly<Record<string, string>>
  /** Workers to use; missing: a pool of its own. */
  readonly pool?: PicturePool
  /** What is known of the source's pictures from planning it before. */
  readonly facts?: FactsCache
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: ImportProgress) => void
}

/** A mapping proposed for a source, before any picture is read. */
export interface ImportProposal {
  readonly found: FoundSource
  readonly format: string
  readonly schema: SourceSchema
  readonly mapping: Mapping
  readonly doubtful: readonly string[]
}

export const synonymTable: SynonymTable = synonyms
const examplesKept = 100

/** The format, its schema and the mapping that `planImport` would use: cheap, and enough to stop at a doubt. */
export async function proposeImport(
  project: Project,
  source: string,
  options: ImportOptions = {},
): Promise<ImportProposal> {
  const found = await findSource(source, options.format)
  const schema = await found.format.describe(found.place, readOptions(options, undefined))
  const format = found.format.name
  if (options.mapping !== undefined) {
    const mapping = parseMapping(options.mapping)
    return { found, format, schema, mapping, doubtful: options.confirmed === false ? doubtfulEntries(mapping) : [] }
  }
  const mapping = proposeMapping(schema, project.tasks.schemas(), synonymTable)
  return { found, format, schema, mapping, doubtful: doubtfulEntries(mapping) }
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
  const proposal = await proposeImport(project, source, options)
  const { found, schema, mapping } = proposal
  const name = freeSourceName(project.sources, options.name ?? found.name)
  const generation = project.generation
  const known = project.tasks.schemas()
  const namespace = proposal.format === bundleFormat.name ? null : name
  const compiled = compileMapping(mapping, schema, known, namespace)
  const staging = new Staging(project.stagingFolder)
  const skipped = new SkipTally()
  try {
    await readIntoStaging(proposal, compiled, staging, skipped, options)
    const near = joinNearDuplicates(staging, findNearDuplicates(project, staging), options.near)
    const context = { rule, sourceName: name, tasks: { ...known, ...compiled.tasks } }
    const merge = await planMerge(project, staging, context, compiled, options)
    const summary: ImportPlanSummary = {
      plan: path.basename(staging.file, '.db'),
      name,
      format: proposal.format,
      ...totals(merge.counts),
      skipped: skipped.report(),
      listed: schema.images,
      counts: merge.counts,
      mapping,
      doubtful: proposal.doubtful,
      nearDuplicates: near.length,
      nearJoined: near.filter(({ joined }) => joined).length,
      nearDuplicateExamples: near.slice(0, examplesKept),
      conflicts: merge.conflicts,
      conflictExamples: merge.examples,
    }
    const seconds = (performance.now() - started) / 1000
    const copy = options.copy === true
    return {
      summary,
      project,
      folder: found.root,
      staging,
      tasks: compiled.tasks,
      rule,
      copy,
      generation,
      seconds,
      near,
    }
  } catch (error) {
    staging.discard()
    throw error
  }
}

/** What a plan or report says of its counts in the words of cli.md. */
export function totals(counts: MergeCounts): Pick<ImportPlanSummary, 'images' | 'people' | 'labels' | 'merged'> {
  return {
    images: counts.images.new + counts.images.merged,
    people: counts.people.new + counts.people.merged,
    labels: Object.fromEntries(Object.entries(counts.labels).map(([task, count]) => [task, count.brought])),
    merged: { images: counts.images.merged, people: counts.people.merged },
  }
}

async function readIntoStaging(
  { found, schema, mapping }: ImportProposal,
  compiled: CompiledMapping,
  staging: Staging,
  skipped: SkipTally,
  options: ImportOptions,
): Promise<void> {
  const total = listedImages(schema, options.limit)
  const pool = options.pool ?? new PicturePool()
  try {
    await stageRecords({
      source: found.root,
      schema,
      records: found.format.read(found.place, readOptions(options, mapping)),
      mapping: compiled,
      staging,
      skipped,
      pool,
      facts: options.facts,
      split: options.split,
      signal: options.signal,
      onProgress: (done) => options.onProgress?.({ stage: 'reading', done, total }),
    })
  } finally {
    if (options.pool === undefined) await pool.close()
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
    for (const { disputed, known, record, person, task, current } of merge.labels) {
      if (!disputed || known === null) continue
      conflicts++
      if (examples.length >= examplesKept && context.rule.type !== 'ask') continue
      examples.push({
        label: known.id,
        task,
        image: records[record].path,
        known: known.source,
        incomingPrevails: current,
        staged: { sha256, record, person },
      })
    }
    if (++done % 100 === 0 || done === total) {
      options.onProgress?.({ stage: 'merging', done, total })
      await new Promise((resolve) => setImmediate(resolve))
      options.signal?.throwIfAborted()
    }
  }
  return { counts, conflicts, examples }
}
