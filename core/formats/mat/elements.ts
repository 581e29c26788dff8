import { MendError } from '../../dataset/mendError.ts'
import type { MatData } from './values.ts'

/** Data types of a MAT v5 element ("MAT-File Format", MathWorks, table 1-1). */
export const dataType = {
  int8: 1,
  uint8: 2,
  int16: 3,
  uint16: 4,
  int32: 5,
  uint32: 6,
  single: 7,
  double: 9,
  int64: 12,
  uint64: 13,
  matrix: 14,
  compressed: 15,
  utf8: 16,
  utf16: 17,
  utf32: 18,
} as const

/** One tagged element; `data` is shared with the file's bytes. */
export interface Element {
  readonly type: number
  readonly data: Buffer
}

export function matCorrupt(file: string, found: string, options?: ErrorOptions): MendError {
  return new MendError(
    'mat-corrupt',
    `${file}: not a readable MAT file: ${found}`,
    'Download or save the file again, or leave it out of the dataset.',
    options,
  )
}

/** Reads elements one after another from bytes of one byte order. */
export class ElementCursor {
  readonly file: string
  readonly littleEndian: boolean
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer, littleEndian: boolean, file: string) {
    this.#bytes = bytes
    this.littleEndian = littleEndian
    this.file = file
  }

  get remaining(): number {
    return this.#bytes.length - this.#at
  }

  /** Whether only padding is left. */
  get atEnd(): boolean {
    return this.remaining === 0 || (this.remaining < 8 && this.#bytes.subarray(this.#at).every((byte) => byte === 0))
  }

  #word(at: number): number {
    return this.littleEndian ? this.#bytes.readUInt32LE(at) : this.#bytes.readUInt32BE(at)
  }

  /** The next element, padding skipped. */
  next(): Element {
    if (this.remaining < 8) throw matCorrupt(this.file, `an element was expected in the last ${this.remaining} bytes`)
    const first = this.#word(this.#at)
    if (first >>> 16 !== 0) {
      // The small format: size in the upper half of the first word, up to 4 bytes of data in the second.
      const size = first >>> 16
      if (size > 4) throw matCorrupt(this.file, `a small element claims ${size} bytes`)
      const data = this.#bytes.subarray(this.#at + 4, this.#at + 4 + size)
      this.#at += 8
      return { type: first & 0xffff, data }
    }
    const size = this.#word(this.#at + 4)
    if (size > this.remaining - 8) {
      throw matCorrupt(this.file, `an element claims ${size} bytes where ${this.remaining - 8} are left`)
    }
    const start = this.#at + 8
    const padded = first === dataType.compressed ? size : Math.ceil(size / 8) * 8
    this.#at = Math.min(start + padded, this.#bytes.length)
    return { type: first, data: this.#bytes.subarray(start, start + size) }
  }

  /** The next element, which must be of one of `types`. */
  expect(types: readonly number[], what: string): Element {
    const element = this.next()
    if (!types.includes(element.type)) throw matCorrupt(this.file, `${what} has data type ${element.type}`)
    return element
  }
}

const allocate: Readonly<Record<number, (buffer: ArrayBuffer) => MatData>> = {
  [dataType.int8]: (buffer) => new Int8Array(buffer),
  [dataType.uint8]: (buffer) => new Uint8Array(buffer),
  [dataType.int16]: (buffer) => new Int16Array(buffer),
  [dataType.uint16]: (buffer) => new Uint16Array(buffer),
  [dataType.int32]: (buffer) => new Int32Array(buffer),
  [dataType.uint32]: (buffer) => new Uint32Array(buffer),
  [dataType.single]: (buffer) => new Float32Array(buffer),
  [dataType.double]: (buffer) => new Float64Array(buffer),
  [dataType.int64]: (buffer) => new BigInt64Array(buffer),
  [dataType.uint64]: (buffer) => new BigUint64Array(buffer),
}

/** The numbers of an element, in the type that is stored (a copy, aligned and in the machine's byte order). */
export function numbersOf(element: Element, cursor: ElementCursor, what: string): MatData {
  const create = allocate[element.type]
  if (create === undefined) throw matCorrupt(cursor.file, `${what} has data type ${element.type}, not numbers`)
  const bytesPerNumber = create(new ArrayBuffer(0)).BYTES_PER_ELEMENT
  if (element.data.length % bytesPerNumber !== 0) {
    throw matCorrupt(cursor.file, `${what} has ${element.data.length} bytes for numbers of ${bytesPerNumber}`)
  }
  const copy = Buffer.from(new ArrayBuffer(element.data.length))
  element.data.copy(copy)
  if (!cursor.littleEndian) {
    if (bytesPerNumber === 2) copy.swap16()
    else if (bytesPerNumber === 4) copy.swap32()
    else if (bytesPerNumber === 8) copy.swap64()
  }
  return create(copy.buffer)
}
