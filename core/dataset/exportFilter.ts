import { labelStates, splits, type LabelState, type Split } from './label.ts'
import { MendError } from './mendError.ts'

/**
 * What an export takes. Terms, separated by commas, all have to hold; a term's values, separated by `|`, are
 * alternatives; `!=` excludes:
 *
 *     split=train|val          images of these splits; `none`: without one
 *     source=NAME              people that this source knows
 *     task=parts|keypoints     labels of these tasks
 *     state=verified           labels in these states (labelled, verified, rejected)
 *     decision=keep|none       labels whose newest decision among the suspects is this; `none`: undecided
 *
 * With a term about labels, people without a label that is left, and images without people, are left out.
 */
export interface ExportFilter {
  readonly split: Choice | null
  readonly source: Choice | null
  readonly task: Choice | null
  readonly state: Choice | null
  readonly decision: Choice | null
}

export interface Choice {
  readonly values: readonly string[]
  /** `!=`: everything but these. */
  readonly excluded: boolean
}

const everything: ExportFilter = { split: null, source: null, task: null, state: null, decision: null }

const allowed: Readonly<Partial<Record<keyof ExportFilter, readonly string[]>>> = {
  split: [...splits, 'none'],
  state: labelStates.filter((state) => state !== 'unlabelled'),
  decision: ['keep', 'fix', 'accept-prediction', 'reject', 'skip', 'none'],
}

/** Throws `filter-invalid` with the term. An empty text takes everything. */
export function parseExportFilter(text: string): ExportFilter {
  let filter = everything
  for (const term of text.split(',').map((part) => part.trim())) {
    if (term === '') continue
    const parsed = /^(\w+)\s*(!?=)\s*(.+)$/.exec(term)
    if (parsed === null) throw invalid(`"${term}" is not KEY=VALUE`)
    const [, key, operator, list] = parsed
    if (!isKey(key)) throw invalid(`there is no key "${key}"`)
    if (filter[key] !== null) throw invalid(`"${key}" is named twice`)
    const values = list.split('|').map((value) => value.trim())
    const wrong = values.find((value) => value === '' || allowed[key]?.includes(value) === false)
    if (wrong !== undefined) throw invalid(`"${wrong}" is no ${key}`)
    filter = { ...filter, [key]: { values, excluded: operator === '!=' } }
  }
  return filter
}

/** A filter as windows make it: the values that are wanted; a missing key takes everything. */
export type ExportSelection = Readonly<Partial<Record<keyof ExportFilter, readonly string[]>>>

/** As `parseExportFilter`, of names that need no text: they may hold commas and bars. Throws `filter-invalid`. */
export function selectedFilter(selection: ExportSelection): ExportFilter {
  let filter = everything
  for (const key of Object.keys(everything).filter(isKey)) {
    const values = selection[key]
    if (values === undefined) continue
    const wrong = values.find((value) => allowed[key]?.includes(value) === false)
    if (wrong !== undefined) throw invalid(`"${wrong}" is no ${key}`)
    filter = { ...filter, [key]: { values, excluded: false } }
  }
  return filter
}

/** Whether a value passes; null passes as `none`. */
export function accepts(choice: Choice | null, value: string | Split | LabelState | null): boolean {
  return choice === null || choice.values.includes(value ?? 'none') !== choice.excluded
}

/** Whether the filter speaks of labels, so that people without one are left out. */
export function selectsLabels(filter: ExportFilter): boolean {
  return filter.task !== null || filter.state !== null || filter.decision !== null
}

function isKey(key: string): key is keyof ExportFilter {
  return Object.hasOwn(everything, key)
}

function invalid(what: string): MendError {
  const hint = 'For example: --filter "split=train|val, task=parts, state!=rejected, source=NAME, decision=keep|none".'
  return new MendError('filter-invalid', `the filter cannot be read: ${what}`, hint)
}
