import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fromRandomAccessReaderPromise, RandomAccessReader } from 'yauzl'
import { MendError } from '../../dataset/mendError.ts'
import { networkReason, type WheelAddress } from './packageIndex.ts'

/** An entry of a wheel and its size when unpacked. */
export interface WheelEntry {
  readonly name: string
  readonly bytes: number
}

/** What a wheel says of itself, read without downloading it. */
export interface WheelContents {
  readonly entries: readonly WheelEntry[]
  /** The text of its METADATA file. */
  readonly metadata: string
}

const blockBytes = 1 << 20
const answerTimeoutMs = 60_000
/** METADATA files are some tens of kilobytes: a longer one is not read. */
const maximumMetadataBytes = 4e6

/**
 * Reads the table of contents and the METADATA of a wheel by range requests from its end, where a zip file has its table:
 * some 2 MB instead of some hundred.
 *
 * @param bytes size of the wheel.
 * @throws MendError `no-network`, `wheel-unreadable` where the server sends no ranges or what it sends is no wheel.
 */
export async function readRemoteWheel(wheel: string, address: WheelAddress, bytes: number): Promise<WheelContents> {
  const reader = new RangeReader(address)
  try {
    const zip = await fromRandomAccessReaderPromise(reader, bytes, { autoClose: false, lazyEntries: true })
    const entries: WheelEntry[] = []
    let metadata: string | null = null
    for await (const entry of zip.eachEntry()) {
      entries.push({ name: entry.fileName, bytes: entry.uncompressedSize })
      if (!/^[^/]+\.dist-info\/METADATA$/.test(entry.fileName) || entry.uncompressedSize > maximumMetadataBytes)
        continue
      metadata = await text(await zip.openReadStreamPromise(entry))
    }
    if (metadata === null) throw new Error('it has no METADATA')
    return { entries, metadata }
  } catch (error) {
    if (error instanceof MendError) throw error
    throw new MendError(
      'wheel-unreadable',
      `what ${wheel} holds cannot be read from ${new URL(address.url).host}: ${networkReason(error)}`,
      'set PIP_INDEX_URL to an index whose files can be read in part (HTTP ranges), and run the same command again',
      { cause: error },
    )
  }
}

/** Reads a remote file in blocks that are kept: a zip's table is read in tens of bytes. */
class RangeReader extends RandomAccessReader {
  readonly #address: WheelAddress
  readonly #blocks = new Map<number, Promise<Buffer>>()

  constructor(address: WheelAddress) {
    super()
    this.#address = address
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#bytes(position, position + length).then(
      (bytes) => {
        bytes.copy(buffer, offset)
        callback(null)
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    )
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const bytes = this.#bytes.bind(this)
    return Readable.from(
      (async function* () {
        for (let at = start; at < end; at += blockBytes) yield await bytes(at, Math.min(end, at + blockBytes))
      })(),
    )
  }

  async #bytes(start: number, end: number): Promise<Buffer> {
    const parts: Buffer[] = []
    for (let block = Math.floor(start / blockBytes); block * blockBytes < end; block++) {
      const first = block * blockBytes
      const bytes = await this.#block(block)
      parts.push(bytes.subarray(Math.max(0, start - first), end - first))
    }
    const all = Buffer.concat(parts)
    if (all.length !== end - start) throw new Error('the file is shorter than its index says')
    return all
  }

  #block(block: number): Promise<Buffer> {
    const known = this.#blocks.get(block)
    if (known !== undefined) return known
    const fetched = this.#fetch(block * blockBytes)
    this.#blocks.set(block, fetched)
    return fetched
  }

  async #fetch(start: number): Promise<Buffer> {
    const { url, headers } = this.#address
    const response = await fetch(url, {
      headers: { ...headers, 'accept-encoding': 'identity', range: `bytes=${start}-${start + blockBytes - 1}` },
      signal: AbortSignal.timeout(answerTimeoutMs),
    })
    if (response.status !== 206) {
      await response.body?.cancel()
      throw new Error(response.status === 200 ? 'its server sends whole files only' : `HTTP ${response.status}`)
    }
    return Buffer.from(await response.arrayBuffer())
  }
}
