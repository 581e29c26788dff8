import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { MendError } from '../dataset/mendError.ts'

const namePattern = /^[0-9a-f]{64}$/

/**
 * Content-addressed files, `assets/ab/abcd…`, for encoded labels too large for a row. The name is the SHA-256 of the
 * bytes, so writing is idempotent, and a file that a rolled-back transaction left behind is harmless until `sweep`.
 */
export class AssetStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The asset's name. */
  write(bytes: Uint8Array): string {
    const name = createHash('sha256').update(bytes).digest('hex')
    const file = this.#file(name)
    if (existsSync(file)) return name
    mkdirSync(path.dirname(file), { recursive: true })
    const temporary = `${file}.${process.pid}.part`
    writeFileSync(temporary, bytes, { flush: true })
    renameSync(temporary, file)
    return name
  }

  /** Throws `asset-missing` or `asset-damaged`. */
  read(name: string): Uint8Array {
    const file = this.#file(name)
    let bytes: Uint8Array
    try {
      bytes = readFileSync(file)
    } catch (error) {
      const hint =
        'The project folder is incomplete: restore the file from a copy, or remove and import the source again.'
      throw new MendError('asset-missing', `${file} cannot be read`, hint, { cause: error })
    }
    if (createHash('sha256').update(bytes).digest('hex') !== name) {
      const hint = 'The file was changed or damaged: restore it from a copy, or remove and import the source again.'
      throw new MendError('asset-damaged', `${file} does not have the content that its name says`, hint)
    }
    return bytes
  }

  /** Removes files that `isUsed` denies, and interrupted writes; the number removed. */
  sweep(isUsed: (name: string) => boolean): number {
    let removed = 0
    for (const prefix of existsSync(this.#folder) ? readdirSync(this.#folder) : []) {
      const folder = path.join(this.#folder, prefix)
      if (!/^[0-9a-f]{2}$/.test(prefix)) continue
      for (const name of readdirSync(folder)) {
        if (namePattern.test(name) && isUsed(name)) continue
        rmSync(path.join(folder, name), { force: true })
        removed++
      }
    }
    return removed
  }

  #file(name: string): string {
    if (!namePattern.test(name)) throw new Error(`not an asset name: ${name}`)
    return path.join(this.#folder, name.slice(0, 2), name)
  }
}
