import type { CompiledMapping } from '../dataset/applyMapping.ts'
import type { Mapping } from '../dataset/mapping.ts'
import { MendError } from '../dataset/mendError.ts'
import type { ConflictRule } from '../dataset/merge.ts'
import type { Project } from '../store/project.ts'
import type { Staging } from '../store/staging.ts'
import type { MergeCounts } from './importWriting.ts'
import type { NearDuplicate } from './nearDuplicates.ts'
import type { SkippedReason } from './skipTally.ts'

export interface ImportProgress {
  readonly stage: 'reading' | 'merging' | 'copying' | 'writing'
  readonly done: number
  /** null: unknown. */
  readonly total: number | null
}

/** Two labels for one person and task that say different things. */
export interface ImportConflict {
  /** The label of the project; answers to rule `ask` name it. */
  readonly label: number
  readonly task: string
  /** Path of the picture in the source. */
  readonly image: string
  readonly known: string | null
  /** Whether the import's label would be in force. */
  readonly incomingPrevails: boolean
  /** Where the import's label is staged: the picture's hash, the record of it, the person in that. */
  readonly staged: { readonly sha256: string; readonly record: number; readonly person: number }
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
  /** Entries of the mapping that a person has to confirm: applying is refused while there are any. */
  readonly doubtful: readonly string[]
  readonly nearDuplicates: number
  /** Near-duplicates that the plan joins to the picture that they resemble. */
  readonly nearJoined: number
  readonly nearDuplicateExamples: readonly NearDuplicate[]
  readonly conflicts: number
  readonly conflictExamples: readonly ImportConflict[]
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

/** What of a plan is needed to apply it, as data that can cross to another thread. */
export interface PlanDocument {
  readonly summary: ImportPlanSummary
  readonly folder: string
  readonly tasks: CompiledMapping['tasks']
  readonly rule: ConflictRule
  readonly copy: boolean
  readonly generation: number
  readonly seconds: number
}

/** A planned import: staged in a file of its own, the project untouched. Apply it or discard it. */
export interface ImportPlan extends PlanDocument {
  readonly project: Project
  readonly staging: Staging
  readonly near: readonly NearDuplicate[]
}

const used = new WeakSet<ImportPlan>()

/** Marks a plan as used up: it is applied or discarded once. Throws `plan-used`. */
export function usePlan(plan: ImportPlan): void {
  if (used.has(plan)) {
    throw new MendError('plan-used', 'this plan was applied or discarded already', 'Plan the import again.')
  }
  used.add(plan)
}

/** Forgets a plan; false when it was applied or discarded before. */
export function discardPlan(plan: ImportPlan): boolean {
  if (used.has(plan)) return false
  used.add(plan)
  plan.staging.discard()
  return true
}

/** Throws `mapping-doubtful` while entries of the mapping wait for a person. */
export function checkConfirmed(plan: PlanDocument): void {
  const { doubtful } = plan.summary
  if (doubtful.length === 0) return
  throw new MendError(
    'mapping-doubtful',
    `${doubtful.length} entries of the proposed mapping are guesses: ${doubtful.slice(0, 5).join('; ')}`,
    'Confirm or correct them in the mapping file and import with --map FILE.',
  )
}
