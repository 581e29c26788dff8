/** A queue with one reader: values pushed by callbacks, read by `for await`. Ends after `close`, when it is empty. */
export class EventQueue<T> implements AsyncIterable<T> {
  readonly #values: T[] = []
  #wake: (() => void) | null = null
  #closed = false

  push(value: T): void {
    if (this.#closed) return
    this.#values.push(value)
    this.#wake?.()
  }

  /** Puts `value` in the place of the newest unread one where `supersedes` says so, so that a slow reader is not flooded. */
  pushLatest(value: T, supersedes: (older: T) => boolean): void {
    const last = this.#values.length - 1
    if (last >= 0 && supersedes(this.#values[last])) this.#values[last] = value
    else this.push(value)
  }

  close(): void {
    this.#closed = true
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const value = this.#values.shift()
      if (value !== undefined) {
        yield value
        continue
      }
      if (this.#closed) return
      await new Promise<void>((resolve) => (this.#wake = resolve))
      this.#wake = null
    }
  }
}
