const newline = 0x0a

export interface SplitLine {
  readonly text: string
  /** Bytes that the line had; more than the limit means that `text` is empty and the line was passed over. */
  readonly bytes: number
  readonly tooLong: boolean
}

/**
 * Cuts a byte stream into lines whatever the chunks are: a line or a UTF-8 character may be spread over several. Memory
 * stays below `limit` bytes: a longer line is reported once, without its text, and skipped to its end.
 */
export class LineSplitter {
  readonly #limit: number
  #parts: Buffer[] = []
  #held = 0
  #bytes = 0

  constructor(limit = 16 * 1024 * 1024) {
    this.#limit = limit
  }

  /** The lines that `chunk` completes, without their line ends (LF or CRLF). */
  push(chunk: Buffer): SplitLine[] {
    const lines: SplitLine[] = []
    let start = 0
    for (;;) {
      const end = chunk.indexOf(newline, start)
      if (end < 0) break
      this.#hold(chunk.subarray(start, end))
      lines.push(this.#take())
      start = end + 1
    }
    this.#hold(chunk.subarray(start))
    return lines
  }

  /** The last line of a stream that did not end with a line end; null where there is none. */
  end(): SplitLine | null {
    return this.#bytes > 0 ? this.#take() : null
  }

  #hold(part: Buffer): void {
    this.#bytes += part.length
    if (this.#bytes > this.#limit) {
      this.#parts = []
      this.#held = 0
      return
    }
    if (part.length === 0) return
    this.#parts.push(part)
    this.#held += part.length
  }

  #take(): SplitLine {
    const bytes = this.#bytes
    const tooLong = bytes > this.#limit
    const text = tooLong ? '' : Buffer.concat(this.#parts, this.#held).toString('utf8')
    this.#parts = []
    this.#held = 0
    this.#bytes = 0
    return { text: text.endsWith('\r') ? text.slice(0, -1) : text, bytes, tooLong }
  }
}
