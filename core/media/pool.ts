import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { MendError } from '../dataset/mendError.ts'
import type { Affine, Size } from './crop.ts'
import type { RgbImage } from './decode.ts'
import type { PictureFacts } from './inspect.ts'
import type { PictureCaps } from './pictureFile.ts'
import type { Rendition } from './rendition.ts'
import type { PictureAnswer, PictureAnswers, PictureRequest } from './pictureWorker.ts'

export interface PictureTask {
  readonly caps?: PictureCaps
  readonly signal?: AbortSignal
}

/** Decodes and crops pictures in worker threads. Errors are those of the functions it calls. `close` it when done. */
export class PicturePool {
  readonly #piscina: Piscina<PictureRequest, PictureAnswer<keyof PictureAnswers>>
  readonly threads: number

  /** @param threads worker threads; default one a core, at most 8 */
  constructor(threads: number = Math.min(availableParallelism(), 8)) {
    this.threads = threads
    this.#piscina = new Piscina({
      // Packaged builds ship the worker compiled beside this file, under the same name.
      filename: new URL(import.meta.url.endsWith('.ts') ? './pictureWorker.ts' : './pictureWorker.js', import.meta.url)
        .href,
      minThreads: 1,
      maxThreads: threads,
      idleTimeout: 2000,
    })
  }

  async #run<K extends keyof PictureAnswers>(
    request: Extract<PictureRequest, { kind: K }>,
    signal: AbortSignal | undefined,
  ): Promise<PictureAnswers[K]> {
    // The pool would stop a running task by killing its thread, in the middle of native code; a picture is quick enough
    // to be finished instead.
    signal?.throwIfAborted()
    const answer = (await this.#piscina.run(request)) as PictureAnswer<K>
    signal?.throwIfAborted()
    if (!answer.ok) throw new MendError(answer.code, answer.message, answer.hint)
    return answer.value
  }

  /** As `inspectImage`. */
  inspect(file: string, task: PictureTask = {}): Promise<PictureFacts> {
    return this.#run({ kind: 'inspect', file, caps: task.caps ?? {} }, task.signal)
  }

  /** As `decodeRgb`. */
  decode(file: string, task: PictureTask = {}): Promise<RgbImage> {
    return this.#run({ kind: 'decode', file, caps: task.caps ?? {} }, task.signal)
  }

  /** As `makeThumbnail`. */
  thumbnail(file: string, side: number, task: PictureTask = {}): Promise<Uint8Array> {
    return this.#run({ kind: 'thumbnail', file, side, caps: task.caps ?? {} }, task.signal)
  }

  /** As `makeRendition`. */
  rendition(file: string, rendition: Rendition, task: PictureTask = {}): Promise<Uint8Array> {
    return this.#run({ kind: 'rendition', file, rendition, caps: task.caps ?? {} }, task.signal)
  }

  /**
   * Crops of one picture, [affines × height × width × 3], decoded once.
   * @throws MendError as `decodeRgb`, and `size-mismatch` where the picture is not of the `expected` size.
   */
  crop(
    file: string,
    affines: readonly Affine[],
    size: Size,
    task: PictureTask & { readonly expected?: Size } = {},
  ): Promise<Uint8Array> {
    const { width, height } = size
    const expected = task.expected ?? null
    return this.#run({ kind: 'crop', file, caps: task.caps ?? {}, expected, affines, width, height }, task.signal)
  }

  /** Ends the workers after the pictures in hand; what is still queued is dropped, its promises rejected. */
  async close(): Promise<void> {
    await this.#piscina.close({ force: true })
  }
}
