import { runEnds } from '../dataset/rasterRuns.ts'
import type { ByteReader, ByteWriter } from './byteStream.ts'

/** Writes `data` as (value byte, run length varint) pairs. */
export function writeRuns(writer: ByteWriter, data: Uint8Array): void {
  const endOf = runEnds(data)
  for (let start = 0; start < data.length;) {
    const value = data[start]
    const end = endOf(start)
    writer.byte(value)
    writer.varint(end - start)
    start = end
  }
}

/** Fills `data` from runs. Throws RangeError when they do not fill it exactly. */
export function readRuns(reader: ByteReader, data: Uint8Array): void {
  for (let start = 0; start < data.length;) {
    const value = reader.byte()
    const length = reader.varint()
    if (length === 0 || length > data.length - start) throw new RangeError('run beyond the mask')
    data.fill(value, start, start + length)
    start += length
  }
}
