import { open, type FileHandle } from 'node:fs/promises'

const flushAt = 2 ** 20

/** Appends to a new file through one buffer, so that many small rows cost few system calls. */
export class BufferedFile {
  readonly #handle: FileHandle
  readonly #buffer = new Uint8Array(flushAt)
  #used = 0

  private constructor(handle: FileHandle) {
    this.#handle = handle
  }

  static async create(file: string): Promise<BufferedFile> {
    return new BufferedFile(await open(file, 'wx'))
  }

  async append(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + flushAt - this.#used)
      this.#buffer.set(piece, this.#used)
      this.#used += piece.length
      at += piece.length
      if (this.#used === flushAt) await this.#flush()
    }
  }

  async #flush(): Promise<void> {
    let from = 0
    while (from < this.#used) {
      from += (await this.#handle.write(this.#buffer, from, this.#used - from)).bytesWritten
    }
    this.#used = 0
  }

  /** Writes what is left, to the disk. */
  async finish(): Promise<void> {
    await this.#flush()
    await this.#handle.sync()
    await this.#handle.close()
  }

  /** Closes without writing what is left. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => undefined)
  }
}
