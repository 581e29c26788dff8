import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { openPromise, type Entry, type ZipFile } from 'yauzl'
import { MendError } from '../../dataset/mendError.ts'

/** Size and SHA-256 of an unpacked file. */
export interface UnpackedFile {
  readonly bytes: number
  readonly sha256: string
}

/**
 * Unpacks some entries of a zip file, one after the other and streaming. A file that an interrupted run has finished is not
 * unpacked again: it only has its name once it is whole.
 *
 * @param placeOf where an entry goes, relative to `folder`, or null to leave it out.
 * @param maximumBytes cap on the sum of the unpacked sizes.
 * @returns by place, what was unpacked.
 * @throws MendError `wheel-damaged` when the archive cannot be read or is larger than the cap.
 */
export async function unpackEntries(
  archive: string,
  folder: string,
  placeOf: (name: string) => string | null,
  maximumBytes: number,
  onBytes: (done: number, total: number) => void,
): Promise<Map<string, UnpackedFile>> {
  const zip = await openPromise(archive, { autoClose: false, lazyEntries: true }).catch((error: unknown) => {
    throw damaged(archive, error)
  })
  try {
    const wanted = await wantedEntries(zip, placeOf)
    const total = wanted.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0)
    if (total > maximumBytes) throw damaged(archive, new Error(`it would unpack to ${total} bytes`))
    const files = new Map<string, UnpackedFile>()
    let done = 0
    for (const { entry, place } of wanted) {
      const before = done
      files.set(
        place,
        await unpackEntry(zip, entry, path.join(folder, place), (bytes) => onBytes(before + bytes, total)),
      )
      done += entry.uncompressedSize
    }
    return files
  } catch (error) {
    throw isZipError(error) ? damaged(archive, error) : error
  } finally {
    zip.close()
  }
}

async function wantedEntries(zip: ZipFile, placeOf: (name: string) => string | null) {
  const wanted: { entry: Entry; place: string }[] = []
  for await (const entry of zip.eachEntry()) {
    const place = placeOf(entry.fileName)
    if (place !== null) wanted.push({ entry, place })
  }
  return wanted
}

async function unpackEntry(
  zip: ZipFile,
  entry: Entry,
  target: string,
  onBytes: (done: number) => void,
): Promise<UnpackedFile> {
  const hash = createHash('sha256')
  let done = 0
  const count = (chunk: Buffer) => {
    hash.update(chunk)
    onBytes((done += chunk.length))
  }
  if (fs.statSync(target, { throwIfNoEntry: false })?.size === entry.uncompressedSize) {
    for await (const chunk of fs.createReadStream(target, { highWaterMark: 1 << 20 })) count(chunk as Buffer)
    return { bytes: done, sha256: hash.digest('hex') }
  }
  fs.mkdirSync(path.dirname(target), { recursive: true })
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, forward) {
      count(chunk)
      forward(null, chunk)
    },
  })
  await pipeline(await zip.openReadStreamPromise(entry), counter, fs.createWriteStream(`${target}.part`))
  fs.renameSync(`${target}.part`, target)
  return { bytes: done, sha256: hash.digest('hex') }
}

/** System errors (a full disk) carry an errno and pass through as they are; everything else is about the archive. */
function isZipError(error: unknown): boolean {
  return !(error instanceof MendError) && !(error instanceof Error && 'errno' in error && !isZlibError(error))
}

function isZlibError(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_')
}

function damaged(archive: string, error: unknown): MendError {
  return new MendError(
    'wheel-damaged',
    `${path.basename(archive)} cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`,
    `remove ${archive} and run the same command again`,
    { cause: error },
  )
}
