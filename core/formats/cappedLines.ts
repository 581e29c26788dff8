import { createReadStream } from 'node:fs'

export interface NumberedLine {
  /** From 1. */
  readonly number: number
  /** null: the line is longer than the cap and was passed over. */
  readonly text: string | null
}

/**
 * The lines of a UTF-8 file as a stream; a line beyond `maxBytes` is not held. `onChunk` sees every byte of the file in
 * order, for hashing.
 */
export async function* cappedLines(
  file: string,
  maxBytes: number,
  onChunk?: (chunk: Buffer) => void,
): AsyncGenerator<NumberedLine> {
  let pieces: Buffer[] = []
  let held = 0
  let number = 0
  const take = (): NumberedLine => {
    const text = held > maxBytes ? null : Buffer.concat(pieces).toString('utf8')
    pieces = []
    held = 0
    return { number: ++number, text }
  }
  for await (const read of createReadStream(file, { highWaterMark: 1 << 18 })) {
    const chunk: Buffer = read
    onChunk?.(chunk)
    let start = 0
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      held += end - start
      if (held <= maxBytes) pieces.push(chunk.subarray(start, end))
      yield take()
      start = end + 1
    }
    held += chunk.length - start
    if (held <= maxBytes) pieces.push(chunk.subarray(start))
    else pieces = []
  }
  if (held > 0) yield take()
}
