import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import type { LabelValue } from '../dataset/label.ts'
import { MendError } from '../dataset/mendError.ts'

/** Whom a line is about. */
export interface PredictionHead {
  readonly person: number
  readonly image: number
  /** The picture's file. */
  readonly picture: string
  readonly run: number
  readonly task: string
}

/**
 * Predictions as JSON lines, one a person and task: the head and a `value` as the API gives it, but for rasters: a mask's `runs` are
 * [part, pixels, part, pixels, …] row by row within its window, a depth map's `data` is little-endian uint16 in base64 (value = raw ×
 * scale + offset, raw 0 invalid), that of normals three of them a pixel (component = (raw − 32768)/32767, 0 0 0 invalid), a vector's missing entries are null. The file appears under its name when it is complete.
 */
export class PredictionFile {
  readonly #file: string
  readonly #partial: string
  readonly #descriptor: number
  #open = true

  private constructor(file: string) {
    this.#file = file
    this.#partial = `${file}.partial`
    this.#descriptor = openSync(this.#partial, 'w')
  }

  /** @throws MendError `file-exists`, `folder-missing` */
  static create(file: string): PredictionFile {
    if (existsSync(file)) throw new MendError('file-exists', `${file} exists already`, 'name a new file')
    try {
      return new PredictionFile(file)
    } catch (cause) {
      const message = `${file} cannot be written`
      throw new MendError('folder-missing', message, 'name a file in a folder that exists and is yours', { cause })
    }
  }

  label(head: PredictionHead, value: LabelValue): void {
    this.#line(head, storable(value))
  }

  embedding(head: PredictionHead, vector: ArrayLike<number>): void {
    this.#line(head, { kind: 'embedding', values: Array.from(vector) })
  }

  finish(): void {
    this.#close()
    renameSync(this.#partial, this.#file)
  }

  /** Removes what was written so far; a finished file stays. */
  abandon(): void {
    this.#close()
    rmSync(this.#partial, { force: true })
  }

  #line(head: PredictionHead, value: unknown): void {
    const bytes = Buffer.from(`${JSON.stringify({ ...head, value })}\n`)
    for (let written = 0; written < bytes.length;) written += writeSync(this.#descriptor, bytes, written)
  }

  #close(): void {
    if (this.#open) closeSync(this.#descriptor)
    this.#open = false
  }
}

function storable(value: LabelValue): unknown {
  switch (value.kind) {
    case 'attributes':
    case 'identity':
      return value
    case 'keypoints':
      return { kind: value.kind, joints: value.joints.map(({ x, y, v }) => [x, y, v]) }
    case 'vector':
      return { kind: value.kind, values: Array.from(value.values, (entry) => (Number.isFinite(entry) ? entry : null)) }
    case 'parts': {
      const { data, ...window } = value
      return { ...window, runs: runsOf(data) }
    }
    case 'depth':
    case 'normals': {
      const { data, ...window } = value
      return { ...window, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') }
    }
  }
}

function runsOf(data: Uint8Array): number[] {
  const runs: number[] = []
  for (let start = 0; start < data.length;) {
    let end = start + 1
    while (end < data.length && data[end] === data[start]) end += 1
    runs.push(data[start], end - start)
    start = end
  }
  return runs
}
