import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { z } from 'zod'
import { MendError } from '../dataset/mendError.ts'

const entry = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
})

/** Headers are names and offsets: a longer one is not ours. */
const largestHeader = 64 * 2 ** 20

/**
 * The arrays of a safetensors file read by position: a label's course is a few bytes out of files of gigabytes. Files that a
 * run replaced while they were open are read as they were.
 */
export class PositionedTensors {
  readonly #file: string
  readonly #descriptor: number
  readonly #start: number
  readonly #arrays = new Map<string, { from: number; length: number }>()

  /** @throws MendError `records-corrupt` when the file is not whole. */
  constructor(file: string) {
    this.#file = file
    this.#descriptor = openSync(file, 'r')
    try {
      const { size } = fstatSync(this.#descriptor)
      const length = size >= 8 ? Number(this.#bytes(8, 0).readBigUInt64LE(0)) : NaN
      if (!(length <= largestHeader && 8 + length <= size)) throw this.#broken('its header is longer than the file')
      this.#start = 8 + length
      const header: unknown = JSON.parse(this.#bytes(length, 8).toString('utf8'))
      const { __metadata__: _, ...arrays } = z.record(z.string(), z.unknown()).parse(header)
      for (const [name, value] of Object.entries(arrays)) {
        const { dtype, data_offsets: offsets } = entry.parse(value)
        if (dtype !== 'F32') continue
        if (this.#start + offsets[1] > size) throw this.#broken(`array ${name} does not fit`)
        this.#arrays.set(name, { from: this.#start + offsets[0], length: (offsets[1] - offsets[0]) / 4 })
      }
    } catch (error) {
      closeSync(this.#descriptor)
      if (error instanceof MendError) throw error
      throw this.#broken('its header cannot be read')
    }
  }

  /** `count` values of a 32-bit float array from `first` on. @throws MendError `records-corrupt` when it has no such values. */
  floats(name: string, first: number, count: number): Float32Array {
    const array = this.#arrays.get(name)
    if (array === undefined || first < 0 || first + count > array.length) {
      throw this.#broken(`${name} has no values ${first} to ${first + count}`)
    }
    return new Float32Array(Uint8Array.from(this.#bytes(4 * count, array.from + 4 * first)).buffer)
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #bytes(length: number, position: number): Buffer {
    const buffer = Buffer.alloc(length)
    if (readSync(this.#descriptor, buffer, 0, length, position) !== length) throw this.#broken('it ends early')
    return buffer
  }

  #broken(what: string): MendError {
    return new MendError('records-corrupt', `${this.#file}: ${what}`, 'resume the run to write its records again')
  }
}
