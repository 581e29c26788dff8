import { open } from 'node:fs/promises'

/**
 * The bytes of a file that has at most `maxBytes`; of a larger one nothing is read. A file that is not there throws the
 * system's error.
 * @param tooLarge the error for a file of that many bytes.
 */
export async function readCapped(file: string, maxBytes: number, tooLarge: (bytes: number) => Error): Promise<Buffer> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    if (size > maxBytes) throw tooLarge(size)
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}
