import type { ExportReport } from '../dataset/export.ts'

/** Counts what a writer did and what its format could not carry. */
export class ExportTally {
  readonly #format: string
  readonly #labels = new Map<string, number>()
  readonly #lost = new Map<string, { readonly what: string; count: number; readonly why: string }>()
  images = 0
  people = 0

  constructor(format: string) {
    this.#format = format
  }

  /** A label of `task` was written. */
  label(task: string): void {
    this.#labels.set(task, (this.#labels.get(task) ?? 0) + 1)
  }

  /** `count` times `what` stayed behind; nothing is noted for a count of 0. */
  lose(what: string, why: string, count = 1): void {
    if (count === 0) return
    const entry = this.#lost.get(what)
    if (entry === undefined) this.#lost.set(what, { what, count, why })
    else entry.count += count
  }

  report(): ExportReport {
    return {
      format: this.#format,
      images: this.images,
      people: this.people,
      labels: Object.fromEntries(this.#labels),
      lost: [...this.#lost.values()],
    }
  }
}
