import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { PicturePool } from './pool.ts'
import type { Rendition } from './rendition.ts'

/** Grows when renditions come to look different: what older versions kept is then passed over. */
const version = 1

/** The picture that a rendition is made of. */
export interface ThumbnailPicture {
  readonly file: string
  /** Of the content, lower-case hex. */
  readonly sha256: string
}

export interface Thumbnail {
  readonly bytes: Buffer
  /** Names the content: the same name always means the same picture. */
  readonly name: string
}

interface Waiting {
  readonly start: () => void
  readonly drop: (reason: unknown) => void
  readonly signal: AbortSignal
}

/**
 * Renditions of a project's pictures, made on demand and kept in `thumbs/ab/NAME.jpg`, where NAME is a hash of the
 * picture's content and of what was cut out of it. Whoever asked last is served first, and who has gone is not served:
 * while somebody flings through a grid only what is on screen matters.
 */
export class ThumbnailStore {
  readonly #folder: string
  readonly #pool: PicturePool
  readonly #waiting: Waiting[] = []
  readonly #making = new Map<string, Promise<Buffer>>()
  #running = 0

  /** `folder`: the project's `thumbs/`. */
  constructor(folder: string, pool: PicturePool) {
    this.#folder = folder
    this.#pool = pool
  }

  /** Name of a rendition, known without making it. */
  nameOf(picture: ThumbnailPicture, { window, side }: Rendition): string {
    const { left, top, width, height } = window
    const key = [version, picture.sha256, left, top, width, height, side].join(' ')
    return createHash('sha256').update(key).digest('hex').slice(0, 40)
  }

  /** @throws MendError as `makeRendition`; the signal's reason when it aborts before the picture's turn. */
  async get(picture: ThumbnailPicture, rendition: Rendition, signal: AbortSignal): Promise<Thumbnail> {
    const name = this.nameOf(picture, rendition)
    const file = this.#file(name)
    const kept = await readFile(file).catch(() => null)
    if (kept !== null) return { bytes: kept, name }
    const making = this.#making.get(name)
    if (making !== undefined) return { bytes: await making, name }
    await this.#turn(signal)
    const made = this.#make(picture, rendition, file)
    this.#making.set(name, made)
    try {
      return { bytes: await made, name }
    } finally {
      this.#making.delete(name)
      this.#running--
      this.#startNext()
    }
  }

  async #make(picture: ThumbnailPicture, rendition: Rendition, file: string): Promise<Buffer> {
    const bytes = Buffer.from(await this.#pool.rendition(picture.file, rendition))
    // A full disk costs the time to make it again, not the picture.
    await keep(file, bytes).catch(() => undefined)
    return bytes
  }

  #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#running < this.#pool.threads) {
      this.#running++
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ start: resolve, drop: reject, signal })
    })
  }

  #startNext(): void {
    for (;;) {
      const next = this.#waiting.pop()
      if (next === undefined) return
      if (next.signal.aborted) {
        next.drop(next.signal.reason)
        continue
      }
      this.#running++
      next.start()
      return
    }
  }

  #file(name: string): string {
    return path.join(this.#folder, name.slice(0, 2), `${name}.jpg`)
  }
}

let written = 0

async function keep(file: string, bytes: Buffer): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  const temporary = `${file}.${process.pid}-${written++}.part`
  await writeFile(temporary, bytes)
  await rename(temporary, file)
}
