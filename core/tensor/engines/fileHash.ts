import { createHash } from 'node:crypto'
import fs from 'node:fs'

/** SHA-256 of a file, hexadecimal, without reading it whole. */
export async function fileSha256(file: string, onBytes: (done: number) => void = () => {}): Promise<string> {
  const hash = createHash('sha256')
  let done = 0
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer)
    onBytes((done += (chunk as Buffer).length))
  }
  return hash.digest('hex')
}
