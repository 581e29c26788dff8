import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, writeSync } from 'node:fs'
import { z } from 'zod'
import { MendError } from '../../dataset/mendError.ts'

/**
 * The safetensors file format (a length, a JSON header, raw little-endian arrays): named arrays with text metadata, readable
 * by every framework.
 */
export type StoredArray = Float32Array | Float64Array | Int32Array | Uint8Array

export interface StoredTensors {
  readonly metadata: Readonly<Record<string, string>>
  readonly tensors: ReadonlyMap<string, StoredArray>
  /** Of those that are not a plain list; ours are read back as lists. */
  readonly shapes?: ReadonlyMap<string, readonly number[]>
}

const typeNames = { F32: Float32Array, F64: Float64Array, I32: Int32Array, U8: Uint8Array } as const
type TypeName = keyof typeof typeNames

const wholeNumber = z.int().nonnegative()
const headerEntry = z.object({
  dtype: z.enum(['F32', 'F64', 'I32', 'U8']),
  shape: z.array(wholeNumber),
  data_offsets: z.tuple([wholeNumber, wholeNumber]),
})
const headerMetadata = z.record(z.string(), z.string())

/** Headers are names and offsets: a longer one is not ours. */
const largestHeader = 64 * 2 ** 20

/** Writes the file whole or not at all: a sibling is written, synced and renamed over `file`. */
export function writeSafetensors(file: string, { metadata, tensors, shapes }: StoredTensors): void {
  const header: Record<string, unknown> = { __metadata__: metadata }
  // Eight-byte types first keeps every array aligned in the file.
  const ordered = [...tensors].sort((a, b) => b[1].BYTES_PER_ELEMENT - a[1].BYTES_PER_ELEMENT)
  let offset = 0
  for (const [name, array] of ordered) {
    header[name] = {
      dtype: typeNameOf(array),
      shape: shapes?.get(name) ?? [array.length],
      data_offsets: [offset, offset + array.byteLength],
    }
    offset += array.byteLength
  }
  const text = Buffer.from(JSON.stringify(header))
  const padding = (8 - (text.length % 8)) % 8
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length + padding))
  const partial = `${file}.partial`
  const descriptor = openSync(partial, 'w')
  try {
    for (const bytes of [length, text, Buffer.alloc(padding, ' ')]) writeAll(descriptor, bytes)
    for (const [, array] of ordered)
      writeAll(descriptor, new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(partial, file)
}

/**
 * Reads a file's arrays, or those that are wanted alone: no more of the file is read than their bytes.
 * @throws MendError `checkpoint-corrupt` when the header or an array does not fit the file.
 */
export function readSafetensors(file: string, wanted: (name: string) => boolean = () => true): StoredTensors {
  const broken = (what: string): MendError =>
    new MendError(
      'checkpoint-corrupt',
      `${file}: ${what}`,
      'the file is damaged; start the run anew or restore the file',
    )
  const descriptor = openSync(file, 'r')
  try {
    const { size } = fstatSync(descriptor)
    const length = size >= 8 ? Number(Buffer.from(readAt(descriptor, 0, 8)).readBigUInt64LE(0)) : NaN
    if (!(length <= largestHeader && 8 + length <= size)) throw broken('its header is longer than the file')
    const header = parseHeader(Buffer.from(readAt(descriptor, 8, length)).toString('utf8'), broken)
    const start = 8 + length
    const tensors = new Map<string, StoredArray>()
    let metadata: Record<string, string> = {}
    for (const [name, entry] of Object.entries(header)) {
      if (name === '__metadata__') {
        const found = headerMetadata.safeParse(entry)
        if (!found.success) throw broken('its metadata is not text')
        metadata = found.data
        continue
      }
      const described = headerEntry.safeParse(entry)
      if (!described.success) throw broken(`array ${name} is not described`)
      const { dtype, shape, data_offsets: offsets } = described.data
      const [from, to] = offsets
      const type = typeNames[dtype]
      const count = shape.reduce((product, size) => product * size, 1)
      if (from > to || start + to > size || (to - from) / type.BYTES_PER_ELEMENT !== count) {
        throw broken(`array ${name} does not fit`)
      }
      if (wanted(name)) tensors.set(name, new type(readAt(descriptor, start + from, to - from)))
    }
    return { metadata, tensors }
  } finally {
    closeSync(descriptor)
  }
}

/** Bytes of a file, in memory of their own. */
function readAt(descriptor: number, position: number, length: number): ArrayBuffer {
  const bytes = new Uint8Array(length)
  let done = 0
  while (done < length) {
    const read = readSync(descriptor, bytes, done, length - done, position + done)
    if (read === 0) throw new Error('the file became shorter while it was read')
    done += read
  }
  return bytes.buffer
}

function parseHeader(text: string, broken: (what: string) => MendError): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(text)
    if (typeof header === 'object' && header !== null) return header as Record<string, unknown>
  } catch (error) {
    throw broken(`its header is not JSON (${error instanceof Error ? error.message : String(error)})`)
  }
  throw broken('its header is not an object')
}

function typeNameOf(array: StoredArray): TypeName {
  if (array instanceof Float32Array) return 'F32'
  if (array instanceof Float64Array) return 'F64'
  return array instanceof Int32Array ? 'I32' : 'U8'
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let done = 0
  while (done < bytes.length) done += writeSync(descriptor, bytes, done)
}
