import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MendError } from '../../dataset/mendError.ts'
import { fileSha256 } from './fileHash.ts'
import { networkReason } from './packageIndex.ts'

export interface DownloadRequest {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Where the whole file ends up; until then it grows as `FILE.part`, from which an interrupted download continues. */
  readonly file: string
  readonly bytes: number
  readonly sha256: string
  readonly onProgress?: (step: 'download' | 'verify', doneBytes: number) => void
  /** A connection that has sent nothing for this long is given up and made anew; milliseconds. */
  readonly stallMs?: number
  /** Ends the download; what has arrived is kept. */
  readonly signal?: AbortSignal | undefined
  /** Waits between attempts that brought nothing, milliseconds; after the last the download fails. */
  readonly retryDelaysMs?: readonly number[]
}

/**
 * Downloads a file of known size and hash, continuing what an earlier attempt left.
 *
 * @throws MendError `no-network` when the server cannot be reached or keeps failing (what has arrived is kept),
 * `download-damaged` when the whole is not what was asked for (it is removed).
 */
export async function downloadFile(request: DownloadRequest): Promise<void> {
  const part = `${request.file}.part`
  fs.mkdirSync(path.dirname(request.file), { recursive: true })
  if (sizeOf(request.file) === request.bytes) fs.renameSync(request.file, part)
  if (sizeOf(part) > request.bytes) fs.rmSync(part)
  await fetchRest(request, part)
  const hash = await fileSha256(part, (done) => request.onProgress?.('verify', done))
  if (hash !== request.sha256) {
    fs.rmSync(part)
    throw new MendError(
      'download-damaged',
      `${path.basename(request.file)} arrived with SHA-256 ${hash} instead of ${request.sha256}`,
      'run the same command again; if it happens again, your network alters downloads: set PIP_INDEX_URL to another index',
    )
  }
  fs.renameSync(part, request.file)
}

async function fetchRest(request: DownloadRequest, part: string): Promise<void> {
  const delays = request.retryDelaysMs ?? [500, 1_000, 2_000, 4_000]
  let failures = 0
  while (sizeOf(part) < request.bytes) {
    const before = sizeOf(part)
    try {
      await fetchOnce(request, part)
    } catch (error) {
      if (error instanceof MendError) throw error
      request.signal?.throwIfAborted()
      if (sizeOf(part) > before) failures = 0
      if (failures >= delays.length) throw unreachable(request, part, error)
      await delay(delays[failures++])
    }
  }
}

async function fetchOnce(request: DownloadRequest, part: string): Promise<void> {
  const stall = new AbortController()
  const stallMs = request.stallMs ?? 60_000
  let timer = setTimeout(() => stall.abort(new Error('nothing arrived')), stallMs)
  const alive = () => {
    clearTimeout(timer)
    timer = setTimeout(() => stall.abort(new Error('nothing arrived')), stallMs)
  }
  try {
    const offset = sizeOf(part)
    const response = await fetch(request.url, {
      headers: {
        ...request.headers,
        'accept-encoding': 'identity',
        ...(offset > 0 ? { range: `bytes=${offset}-` } : {}),
      },
      signal: request.signal === undefined ? stall.signal : AbortSignal.any([stall.signal, request.signal]),
    })
    const continues =
      response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${offset}-`) === true
    if (response.body === null || !(response.status === 200 || continues)) throw new Error(`HTTP ${response.status}`)
    await appendBody(response.body, part, continues ? offset : 0, request, alive)
  } finally {
    clearTimeout(timer)
  }
}

async function appendBody(
  body: AsyncIterable<Uint8Array>,
  part: string,
  offset: number,
  request: DownloadRequest,
  alive: () => void,
): Promise<void> {
  const file = fs.openSync(part, offset > 0 ? 'a' : 'w')
  try {
    let done = offset
    for await (const chunk of body) {
      alive()
      done += chunk.length
      if (done > request.bytes) {
        fs.rmSync(part, { force: true })
        throw new MendError(
          'download-damaged',
          `the server sends more than the ${request.bytes} bytes of ${path.basename(request.file)}`,
          'set PIP_INDEX_URL to another index and run the same command again',
        )
      }
      writeAll(file, chunk)
      request.onProgress?.('download', done)
    }
  } finally {
    fs.closeSync(file)
  }
}

function writeAll(file: number, chunk: Uint8Array): void {
  for (let written = 0; written < chunk.length;) written += fs.writeSync(file, chunk, written)
}

function unreachable(request: DownloadRequest, part: string, error: unknown): MendError {
  const arrived = Math.floor(sizeOf(part) / 1e6)
  return new MendError(
    'no-network',
    `${new URL(request.url).host} cannot be reached: ${networkReason(error)} (${arrived} of ${Math.ceil(request.bytes / 1e6)} MB are here)`,
    `run the same command again to continue, or put ${path.basename(request.file)} into ${path.dirname(request.file)} yourself`,
    { cause: error },
  )
}

function sizeOf(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
