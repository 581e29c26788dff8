/** Reasons for passing something over, with how often and a few examples. */
export interface SkippedReason {
  readonly reason: string
  readonly count: number
  readonly examples: readonly { readonly where: string; readonly detail: string }[]
}

const examplesKept = 5
const longestDetail = 300

/** Counts what was skipped by reason; memory does not grow with the count. */
export class SkipTally {
  readonly #reasons = new Map<string, { count: number; examples: { where: string; detail: string }[] }>()

  add(reason: string, where: string, detail: string): void {
    let entry = this.#reasons.get(reason)
    if (entry === undefined) {
      entry = { count: 0, examples: [] }
      this.#reasons.set(reason, entry)
    }
    entry.count++
    if (entry.examples.length < examplesKept) {
      entry.examples.push({ where: where.slice(0, longestDetail), detail: detail.slice(0, longestDetail) })
    }
  }

  count(reason: string): number {
    return this.#reasons.get(reason)?.count ?? 0
  }

  /** Most frequent first. */
  report(): SkippedReason[] {
    return [...this.#reasons]
      .map(([reason, entry]) => ({ reason, count: entry.count, examples: [...entry.examples] }))
      .sort((a, b) => b.count - a.count)
  }
}
