import type { Writable } from 'node:stream'
import type { JobProgress } from '../api/job.ts'
import type { MendError } from '../dataset/mendError.ts'

/** Where a command writes; the terminal's own streams, or buffers in tests. */
export interface Streams {
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number }
}

const redrawMs = 100
const jsonProgressMs = 500

/** JSON has no NaN and no infinity: a figure that does not exist is written as null. */
function toJson(value: unknown): string {
  return JSON.stringify(value)
}

/**
 * What a command says. With `--json` standard output carries JSON only (one document, or NDJSON events with the result
 * last); otherwise it carries text for people. Progress is one line that redraws itself on a terminal, and nothing on a
 * pipe.
 */
export class Output {
  readonly json: boolean
  readonly #streams: Streams
  #line = ''
  #drawnAt = 0
  #stage = ''
  #stageStartedAt = 0

  constructor(streams: Streams, json: boolean) {
    this.#streams = streams
    this.json = json
  }

  /** The result: a JSON document, or the text that `text` makes of it. */
  result<T>(value: T, text: (value: T) => string): void {
    this.#clear()
    const out = this.json ? toJson(value) : text(value)
    if (out !== '') this.#streams.stdout.write(`${out}\n`)
  }

  /** An event of long work: one JSON line; people see `text`, where there is one. */
  event(value: object, text?: string): void {
    if (this.json) {
      this.#streams.stdout.write(`${toJson(value)}\n`)
    } else if (text !== undefined) {
      this.#clear()
      this.#streams.stdout.write(`${text}\n`)
    }
  }

  /** Something to know that is not the result; never on standard output. */
  note(text: string): void {
    this.#clear()
    this.#streams.stderr.write(`${text}\n`)
  }

  error(error: Pick<MendError, 'code' | 'message' | 'hint'>): void {
    this.#clear()
    this.#streams.stderr.write(`${error.code}: ${error.message}\n`)
    if (error.hint !== '') this.#streams.stderr.write(`hint: ${error.hint}\n`)
  }

  progress(progress: JobProgress): void {
    const now = performance.now()
    const finished = progress.total !== null && progress.done >= progress.total
    const newStage = progress.stage !== this.#stage
    if (newStage) {
      this.#stage = progress.stage
      this.#stageStartedAt = now
    }
    const interval = this.json ? jsonProgressMs : redrawMs
    if (!newStage && !finished && now - this.#drawnAt < interval) return
    this.#drawnAt = now
    if (this.json) {
      this.#streams.stdout.write(`${toJson({ event: 'progress', ...progress })}\n`)
    } else if (this.#streams.stderr.isTTY === true) {
      this.#draw(progressLine(progress, (now - this.#stageStartedAt) / 1000))
    }
  }

  /** Takes the progress line away before the command ends. */
  end(): void {
    this.#clear()
  }

  #draw(line: string): void {
    const columns = this.#streams.stderr.columns ?? 80
    const shown = line.length < columns ? line : `${line.slice(0, columns - 2)}…`
    this.#streams.stderr.write(`\r\u001b[K${shown}`)
    this.#line = shown
  }

  #clear(): void {
    if (this.#line === '') return
    this.#streams.stderr.write('\r\u001b[K')
    this.#line = ''
  }
}

function seconds(value: number): string {
  const whole = Math.round(value)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
}

/** `read 1,200 of 2,500 images (48%), 12 s, about 13 s left` */
export function progressLine(progress: JobProgress, elapsedSeconds: number): string {
  const number = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 1 })
  const detail = progress.detail === undefined ? '' : `, ${progress.detail}`
  if (progress.total === null || progress.total <= 0) {
    return `${progress.stage} ${number(progress.done)} ${progress.unit}, ${seconds(elapsedSeconds)}${detail}`
  }
  const share = Math.min(1, progress.done / progress.total)
  const left = share > 0.02 && share < 1 ? `, about ${seconds((elapsedSeconds * (1 - share)) / share)} left` : ''
  const count = `${number(progress.done)} of ${number(progress.total)} ${progress.unit}`
  return `${progress.stage} ${count} (${Math.floor(share * 100)}%), ${seconds(elapsedSeconds)}${left}${detail}`
}
