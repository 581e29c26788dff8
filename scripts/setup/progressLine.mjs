/**
 * Progress of the set-up, on standard error: on a terminal one line that is rewritten, elsewhere a line at most every five
 * seconds.
 */
export class ProgressLine {
  /** @param {{ isTTY?: boolean, columns?: number, write(text: string): unknown }} [stream] */
  constructor(stream = process.stderr) {
    this.stream = stream
    this.shownAt = 0
    this.open = false
  }

  /** @param {string} text replaces what the line says */
  update(text) {
    const now = Date.now()
    if (this.stream.isTTY) {
      if (now - this.shownAt < 100) return
      this.stream.write(`\r\u001b[2K${text.slice(0, (this.stream.columns ?? 120) - 1)}`)
      this.open = true
    } else {
      if (now - this.shownAt < 5_000) return
      this.stream.write(`${text}\n`)
    }
    this.shownAt = now
  }

  /** @param {string} text a line that stays */
  say(text) {
    this.stream.write(`${this.open ? '\r\u001b[2K' : ''}${text}\n`)
    this.open = false
    this.shownAt = Date.now()
  }

  /** Ends the line, before anything else writes to the terminal. */
  close() {
    if (this.open) this.stream.write('\n')
    this.open = false
  }
}
