import { inflateSync } from 'node:zlib'
import { MendError } from '../../dataset/mendError.ts'
import { readCapped } from '../../media/readCapped.ts'
import { dataType, ElementCursor, matCorrupt, numbersOf, type Element } from './elements.ts'
import type { MatValue, NumericClass } from './values.ts'

export interface ReadMatOptions {
  /** Largest file, and largest sum of its inflated elements, in bytes; default 2^28. */
  readonly maxBytes?: number
  /** Most arrays in the file, cells and struct fields counted; default 10^6. */
  readonly maxValues?: number
  /** How errors call the file, when it is given as bytes. */
  readonly name?: string
}

const headerBytes = 128
const maxDepth = 32
const classOfCode: Readonly<Record<number, NumericClass>> = {
  6: 'double',
  7: 'single',
  8: 'int8',
  9: 'uint8',
  10: 'int16',
  11: 'uint16',
  12: 'int32',
  13: 'uint32',
  14: 'int64',
  15: 'uint64',
}
const unsupportedOfCode: Readonly<Record<number, string>> = { 3: 'object', 5: 'sparse', 16: 'function', 17: 'opaque' }
const emptyMatrix: MatValue = {
  type: 'numeric',
  className: 'double',
  logical: false,
  dims: [0, 0],
  data: new Float64Array(0),
  imaginary: null,
}

interface Named {
  readonly name: string
  readonly value: MatValue
}

/** Everything that lasts for one file: its name, byte order and what it may still consume. */
class MatDecoder {
  readonly #file: string
  readonly #littleEndian: boolean
  #bytesLeft: number
  #valuesLeft: number

  constructor(file: string, littleEndian: boolean, options: ReadMatOptions) {
    this.#file = file
    this.#littleEndian = littleEndian
    this.#bytesLeft = options.maxBytes ?? 2 ** 28
    this.#valuesLeft = options.maxValues ?? 1e6
  }

  variables(bytes: Buffer): Map<string, MatValue> {
    const cursor = this.#cursor(bytes)
    const found = new Map<string, MatValue>()
    while (!cursor.atEnd) {
      const element = cursor.next()
      const { name, value } = this.#matrix(element.type === dataType.compressed ? this.#inflate(element) : element, 0)
      // A nameless array is MATLAB's own workspace for function handles.
      if (name !== '') found.set(name, value)
    }
    return found
  }

  #cursor(bytes: Buffer): ElementCursor {
    return new ElementCursor(bytes, this.#littleEndian, this.#file)
  }

  #inflate(element: Element): Element {
    let inflated: Buffer
    try {
      inflated = inflateSync(element.data, { maxOutputLength: Math.max(1, this.#bytesLeft) })
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE') {
        throw new MendError(
          'file-too-large',
          `${this.#file}: its compressed variables grow beyond the limit`,
          'Split the file, or save fewer variables in it.',
          { cause },
        )
      }
      throw matCorrupt(this.#file, 'a compressed variable does not inflate', { cause })
    }
    this.#bytesLeft -= inflated.length
    return this.#cursor(inflated).next()
  }

  #count(): void {
    if (--this.#valuesLeft < 0) throw matCorrupt(this.#file, 'it holds too many arrays')
  }

  #matrix(element: Element, depth: number): Named {
    this.#count()
    if (element.type !== dataType.matrix) throw matCorrupt(this.#file, `an array has data type ${element.type}`)
    if (element.data.length === 0) return { name: '', value: emptyMatrix }
    if (depth > maxDepth) throw matCorrupt(this.#file, `arrays are nested more than ${maxDepth} deep`)
    const cursor = this.#cursor(element.data)
    const flags = cursor.expect([dataType.uint32], 'the array flags')
    if (flags.data.length !== 8) throw matCorrupt(this.#file, `array flags of ${flags.data.length} bytes`)
    const word = this.#littleEndian ? flags.data.readUInt32LE(0) : flags.data.readUInt32BE(0)
    const code = word & 0xff
    const unsupported = unsupportedOfCode[code]
    // Opaque objects have no dimensions where others do.
    if (unsupported === 'opaque')
      return { name: '', value: { type: 'unsupported', className: unsupported, dims: [0, 0] } }
    const dims = this.#dims(cursor)
    const name = cursor.expect([dataType.int8, dataType.uint8, dataType.utf8], 'the array name').data.toString('utf8')
    if (unsupported !== undefined) return { name, value: { type: 'unsupported', className: unsupported, dims } }
    return { name, value: this.#content(cursor, code, word, dims, depth, name) }
  }

  #dims(cursor: ElementCursor): readonly number[] {
    const { data } = cursor.expect([dataType.int32, dataType.uint32], 'the dimensions')
    if (data.length % 4 !== 0 || data.length < 8 || data.length > 4 * 32) {
      throw matCorrupt(this.#file, `dimensions of ${data.length} bytes`)
    }
    const dims = Array.from({ length: data.length / 4 }, (_, d) =>
      this.#littleEndian ? data.readInt32LE(4 * d) : data.readInt32BE(4 * d),
    )
    if (dims.some((size) => size < 0)) throw matCorrupt(this.#file, `dimensions ${dims.join('×')}`)
    return dims
  }

  /** Elements of the array, checked against the bytes that are there before anything is allocated for them. */
  #elements(dims: readonly number[], minBytesEach: number, cursor: ElementCursor): number {
    const elements = dims.reduce((product, size) => product * size, 1)
    if (elements * minBytesEach > cursor.remaining) {
      throw matCorrupt(
        this.#file,
        `an array claims ${dims.join('×')} elements, its ${cursor.remaining} bytes hold fewer`,
      )
    }
    return elements
  }

  #content(
    c: ElementCursor,
    code: number,
    word: number,
    dims: readonly number[],
    depth: number,
    name: string,
  ): MatValue {
    const className = classOfCode[code]
    if (className !== undefined) return this.#numeric(c, className, word, dims, name)
    switch (code) {
      case 1:
        return { type: 'cell', dims, cells: this.#children(c, this.#elements(dims, 8, c), depth) }
      case 2:
        return this.#struct(c, dims, depth)
      case 4:
        return this.#char(c, dims, name)
      default:
        throw matCorrupt(this.#file, `an array of unknown class ${code}`)
    }
  }

  #numeric(c: ElementCursor, className: NumericClass, word: number, dims: readonly number[], name: string): MatValue {
    const what = `variable ${JSON.stringify(name)}`
    const elements = dims.reduce((product, size) => product * size, 1)
    const part = (): ReturnType<typeof numbersOf> => {
      const data = numbersOf(c.next(), c, what)
      if (data.length !== elements) {
        throw matCorrupt(this.#file, `${what} is ${dims.join('×')}, but ${data.length} numbers are stored`)
      }
      return data
    }
    const data = part()
    const imaginary = (word & 0x800) === 0 ? null : part()
    return { type: 'numeric', className, logical: (word & 0x200) !== 0, dims, data, imaginary }
  }

  #children(cursor: ElementCursor, count: number, depth: number): MatValue[] {
    const values: MatValue[] = []
    for (let i = 0; i < count; i++) values.push(this.#matrix(cursor.next(), depth + 1).value)
    return values
  }

  #struct(cursor: ElementCursor, dims: readonly number[], depth: number): MatValue {
    const lengthElement = cursor.expect([dataType.int32, dataType.uint32], 'the length of field names')
    const nameLength = Number(numbersOf(lengthElement, cursor, 'the length of field names')[0] ?? 0)
    const { data } = cursor.expect([dataType.int8, dataType.uint8], 'the field names')
    if (nameLength < 1 || nameLength > 1024 || data.length % nameLength !== 0) {
      throw matCorrupt(this.#file, `field names of ${nameLength} bytes in ${data.length}`)
    }
    const names: string[] = []
    for (let at = 0; at < data.length; at += nameLength) {
      const text = data.toString('utf8', at, at + nameLength)
      names.push(text.includes('\0') ? text.slice(0, text.indexOf('\0')) : text)
    }
    const columns = new Map(names.map((name): [string, MatValue[]] => [name, []]))
    if (columns.size !== names.length) throw matCorrupt(this.#file, 'a struct names a field twice')
    // Without fields nothing is stored however many elements are claimed, so nothing is looped over either.
    const elements = names.length === 0 ? 0 : this.#elements(dims, 8 * names.length, cursor)
    for (let i = 0; i < elements; i++) {
      for (const column of columns.values()) column.push(this.#matrix(cursor.next(), depth + 1).value)
    }
    return { type: 'struct', dims, fields: columns }
  }

  #char(cursor: ElementCursor, dims: readonly number[], name: string): MatValue {
    const elements = dims.reduce((product, size) => product * size, 1)
    if (elements === 0) return { type: 'char', dims, rows: [] }
    const units = this.#characters(cursor.next(), cursor, elements)
    if (units.length !== elements) {
      throw matCorrupt(
        this.#file,
        `text ${JSON.stringify(name)} is ${dims.join('×')}, but has ${units.length} characters`,
      )
    }
    const rows: string[] = []
    for (let row = 0; row < dims[0]; row++) {
      let text = ''
      for (let at = row; at < units.length; at += dims[0]) text += units[at]
      rows.push(text)
    }
    return { type: 'char', dims, rows }
  }

  /** The characters in file order: UTF-16 units, or code points where their number fits the claimed one. */
  #characters(element: Element, cursor: ElementCursor, elements: number): readonly string[] {
    if (element.type === dataType.utf8) {
      const text = element.data.toString('utf8')
      return text.length === elements ? text.split('') : [...text]
    }
    const type =
      element.type === dataType.utf16
        ? dataType.uint16
        : element.type === dataType.utf32
          ? dataType.uint32
          : element.type
    const codes = numbersOf({ type, data: element.data }, cursor, 'text')
    const characters: string[] = []
    for (const code of codes) {
      const value = Number(code)
      if (!(value >= 0 && value <= 0x10ffff)) throw matCorrupt(this.#file, `text holds character code ${value}`)
      characters.push(String.fromCodePoint(value))
    }
    return characters
  }
}

function checkHeader(bytes: Buffer, file: string): boolean {
  const hdf5 = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1')
  const order = bytes.toString('latin1', 126, 128)
  const littleEndian = order === 'IM'
  const version = bytes.length < headerBytes ? 0 : littleEndian ? bytes.readUInt16LE(124) : bytes.readUInt16BE(124)
  if (version === 0x0200 || bytes.subarray(0, 8).equals(hdf5) || bytes.subarray(512, 520).equals(hdf5)) {
    throw new MendError(
      'mat-version',
      `${file}: a MAT file of version 7.3 (HDF5), which is not read`,
      "Save it in MATLAB with save('file.mat', '-v7'), or in Python with scipy.io.savemat.",
    )
  }
  if ((order !== 'IM' && order !== 'MI') || version !== 0x0100) {
    throw matCorrupt(file, 'the header of a MAT v5 file is missing')
  }
  return littleEndian
}

/**
 * Decodes a MAT v5 file (MATLAB 5 to 7.2, scipy): numeric, logical, char, cell and struct arrays of any number of
 * dimensions, compressed or not, in either byte order. Memory is bounded by the options, never by what a header claims.
 * @throws MendError `mat-corrupt`, `mat-version` (v7.3) or `file-too-large`.
 */
export function decodeMat(bytes: Uint8Array, options: ReadMatOptions = {}): Map<string, MatValue> {
  const file = options.name ?? 'MAT file'
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const littleEndian = checkHeader(buffer, file)
  return new MatDecoder(file, littleEndian, options).variables(buffer.subarray(headerBytes))
}

/** Reads the variables of a MAT v5 file by name; as `decodeMat`. A missing file throws the system's error. */
export async function readMat(
  source: string | Uint8Array,
  options: ReadMatOptions = {},
): Promise<Map<string, MatValue>> {
  if (typeof source !== 'string') return decodeMat(source, options)
  const maxBytes = options.maxBytes ?? 2 ** 28
  const bytes = await readCapped(source, maxBytes, (size) => {
    const message = `${source}: ${size} bytes; at most ${maxBytes} are read`
    return new MendError('file-too-large', message, 'Split the file, or save fewer variables in it.')
  })
  return decodeMat(bytes, { ...options, name: options.name ?? source })
}
