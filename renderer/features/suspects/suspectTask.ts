import type { QueuedSuspect, SuspectTask } from '../../../core/api/suspects.ts'

export type Decided = SuspectTask['decided']

/** How many labels that were decided turned out wrong; skipped ones say nothing. */
export function confirmedWrong(decided: Decided): { readonly wrong: number; readonly judged: number } {
  const wrong = decided.reject + decided.acceptPrediction + decided.fix
  return { wrong, judged: wrong + decided.keep }
}

export interface ReviewProgress {
  readonly done: number
  readonly total: number
  /** Share of the judged labels that were wrong; null before any was judged. */
  readonly wrong: number | null
}

/** "37 of 412 · 61% confirmed wrong": of the flagged labels, or of all ranked ones where none is flagged. */
export function progressOf(task: SuspectTask): ReviewProgress {
  const { wrong, judged } = confirmedWrong(task.decided)
  const all = Object.values(task.decided).reduce((sum, count) => sum + count, 0)
  return {
    done: task.flagged > 0 ? task.flaggedDecided : all,
    total: task.flagged > 0 ? task.flagged : task.ranked,
    wrong: judged === 0 ? null : wrong / judged,
  }
}

/** Bars of the distribution, `group` bins each, for a panel that has room for few. */
export function groupedBins(
  distribution: NonNullable<SuspectTask['distribution']>,
  group: number,
): { readonly edges: number[]; readonly counts: number[] } {
  const { low, high, counts } = distribution
  const bars = Math.ceil(counts.length / group)
  const width = (high - low) / counts.length
  return {
    edges: Array.from({ length: bars + 1 }, (_, bar) => low + Math.min(counts.length, bar * group) * width),
    counts: Array.from({ length: bars }, (_, bar) =>
      counts.slice(bar * group, (bar + 1) * group).reduce((sum, count) => sum + count, 0),
    ),
  }
}

/** The bin edge nearest to a value: at edges the counts beyond a cut are exact. */
export function snapToEdge(distribution: NonNullable<SuspectTask['distribution']>, value: number): number {
  const { low, high, counts } = distribution
  const width = (high - low) / counts.length
  const edge = Math.min(counts.length, Math.max(0, Math.round((value - low) / width)))
  return low + edge * width
}

export interface BeyondCut {
  readonly flagged: number
  /** Likely wrong among them, and among all; null where no group of labels stands apart. */
  readonly wrong: number | null
  readonly wrongInAll: number | null
}

/** What a cut at a bin's edge flags, and how much of it is likely wrong. */
export function beyondCut(distribution: NonNullable<SuspectTask['distribution']>, cut: number): BeyondCut {
  const { low, high, counts, wrong } = distribution
  const width = (high - low) / counts.length
  const first = Math.min(counts.length, Math.max(0, Math.round((cut - low) / width)))
  const sum = (values: readonly number[], from: number): number =>
    values.slice(from).reduce((total, value) => total + value, 0)
  return {
    flagged: sum(counts, first),
    wrong: wrong === null ? null : sum(wrong, first),
    wrongInAll: wrong === null ? null : sum(wrong, 0),
  }
}

/** First row after `from` that is undecided; then, from the top, any. −1: all rows are decided. */
export function nextUndecided(rows: readonly Pick<QueuedSuspect, 'decision'>[], from: number): number {
  const after = rows.findIndex((row, at) => at > from && row.decision === null)
  return after >= 0 ? after : rows.findIndex((row, at) => at !== from && row.decision === null)
}

export const decisionWords = {
  keep: 'kept',
  reject: 'rejected',
  'accept-prediction': 'model accepted',
  fix: 'fixed',
  skip: 'skipped',
} as const

/** Tasks as headings: "street_parts" → "Street parts". */
export function taskTitle(name: string): string {
  const words = name.replaceAll(/[_-]+/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The task to look at first: the one with most labels beyond its cut; null where there is none. */
export function mostSuspect(tasks: readonly SuspectTask[]): SuspectTask | null {
  const most = tasks.reduce((many, { flagged }) => Math.max(many, flagged), 0)
  return tasks.find(({ flagged }) => flagged === most) ?? null
}
