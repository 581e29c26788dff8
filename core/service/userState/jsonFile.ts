import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import path from 'node:path'
import type { z } from 'zod'

/** A small JSON file of the user's, read anew each time: two services of one user may share it. */
export class JsonFile<T> {
  readonly #file: string
  readonly #schema: z.ZodType<T>
  readonly #empty: T

  /** `empty` is what a missing or unreadable file holds. */
  constructor(file: string, schema: z.ZodType<T>, empty: T) {
    this.#file = file
    this.#schema = schema
    this.#empty = empty
  }

  read(): T {
    try {
      return this.#schema.parse(JSON.parse(readFileSync(this.#file, 'utf8')))
    } catch {
      // Lost settings are an annoyance; a program that does not start for them is worse.
      return this.#empty
    }
  }

  /** Replaces the file whole: a crash leaves the old one or the new one. Only the user may read it. */
  write(value: T): void {
    mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 })
    const partial = `${this.#file}.${process.pid}.partial`
    const descriptor = openSync(partial, 'w', 0o600)
    try {
      writeSync(descriptor, `${JSON.stringify(value, null, 1)}\n`)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(partial, this.#file)
  }
}
