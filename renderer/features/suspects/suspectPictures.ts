import type { Box } from '../../../core/dataset/label.ts'
import { cropWindow, type PixelWindow } from '../../../core/dataset/cropWindow.ts'
import type { SuspectDetail } from '../../../core/api/suspectDetail.ts'
import { client } from '../../api/client.ts'
import { cropUrl, fullUrl } from '../../overlays/mediaUrls.ts'

/** Room around the person: enough to see a joint or a mask that strayed. */
export const stageCrop = { margin: 0.2, aspect: null } as const

export interface SuspectPicture {
  readonly bitmap: ImageBitmap
  /** Part of the image that it shows. */
  readonly window: PixelWindow
}

export interface LoadedSuspect {
  readonly detail: SuspectDetail
  /** null: the picture cannot be read, `pictureError` says why. */
  readonly picture: SuspectPicture | null
  readonly pictureError: string | null
}

/** What the stage shows of a person's image. */
export function stageWindow(person: {
  readonly box: Box | null
  readonly imageWidth: number
  readonly imageHeight: number
}): PixelWindow {
  return cropWindow(person.box, { width: person.imageWidth, height: person.imageHeight }, stageCrop)
}

async function bitmapAt(url: string, signal: AbortSignal): Promise<ImageBitmap> {
  const response = await fetch(url, { signal, credentials: 'same-origin' })
  if (!response.ok) {
    const report = (await response.json().catch(() => null)) as { message?: string } | null
    throw new Error(report?.message ?? `the picture was not served (${response.status})`)
  }
  return createImageBitmap(await response.blob())
}

/** Which label of whom is to be loaded. */
export interface Subject {
  readonly label: number
  readonly person: number
  readonly box: Box | null
}

const kept = 24

/**
 * Details and pictures of suspects, loaded ahead and kept for a while: the next key press finds them here. Pictures are
 * closed when they go, since bitmaps lie outside the collected memory.
 */
export class SuspectPictures {
  readonly #project: string
  readonly #run: number
  readonly #loading = new Map<number, { promise: Promise<LoadedSuspect>; abort: AbortController }>()
  readonly #loaded = new Map<number, LoadedSuspect>()

  constructor(project: string, run: number) {
    this.#project = project
    this.#run = run
  }

  /** What is there already. */
  peek(label: number): LoadedSuspect | null {
    return this.#loaded.get(label) ?? null
  }

  load(subject: Subject): Promise<LoadedSuspect> {
    const { label } = subject
    const loaded = this.#loaded.get(label)
    if (loaded !== undefined) {
      // Most recently used last.
      this.#loaded.delete(label)
      this.#loaded.set(label, loaded)
      return Promise.resolve(loaded)
    }
    const known = this.#loading.get(label)
    if (known !== undefined) return known.promise
    const abort = new AbortController()
    const promise = this.#fetch(subject, abort.signal).finally(() => this.#loading.delete(label))
    this.#loading.set(label, { promise, abort })
    return promise
  }

  /** Loads in the background, in this order, what will be looked at next; what else was being loaded is given up. */
  prefetch(next: readonly Subject[]): void {
    const wanted = new Set(next.map(({ label }) => label))
    for (const [label, { abort }] of this.#loading) if (!wanted.has(label)) abort.abort()
    // What fails is tried again, and reported, when it is looked at.
    for (const subject of next) this.load(subject).catch(() => undefined)
  }

  /** Forgets what is known of labels that changed; their pictures stay, for pictures do not change. */
  async refresh(label: number): Promise<void> {
    const known = this.#loaded.get(label)
    if (known === undefined) return
    const detail = await client.suspects.detail({ project: this.#project, run: this.#run, label })
    if (this.#loaded.get(label) === known) this.#loaded.set(label, { ...known, detail })
  }

  close(): void {
    for (const { abort } of this.#loading.values()) abort.abort()
    for (const { picture } of this.#loaded.values()) picture?.bitmap.close()
    this.#loaded.clear()
  }

  async #fetch(subject: Subject, signal: AbortSignal): Promise<LoadedSuspect> {
    const picture = bitmapAt(cropUrl(this.#project, subject, { size: 1024, ...stageCrop }), signal).then(
      (bitmap) => ({ bitmap, error: null }),
      (error: unknown) => ({ bitmap: null, error: error instanceof Error ? error.message : String(error) }),
    )
    const { label } = subject
    const detail = await client.suspects.detail({ project: this.#project, run: this.#run, label }, { signal })
    const { bitmap, error } = await picture
    signal.throwIfAborted()
    const loaded: LoadedSuspect = {
      detail,
      picture: bitmap === null ? null : { bitmap, window: stageWindow(detail.person) },
      pictureError: error,
    }
    this.#loaded.set(label, loaded)
    this.#evict()
    return loaded
  }

  #evict(): void {
    for (const [label, { picture }] of this.#loaded) {
      if (this.#loaded.size <= kept) return
      this.#loaded.delete(label)
      picture?.bitmap.close()
    }
  }
}

/** The whole picture at its own size, for looking closer than the crop allows. */
export async function loadWholePicture(
  project: string,
  detail: SuspectDetail,
  signal: AbortSignal,
): Promise<SuspectPicture> {
  const { image, imageWidth: width, imageHeight: height } = detail.person
  const bitmap = await bitmapAt(fullUrl(project, image), signal)
  return { bitmap, window: { left: 0, top: 0, width, height } }
}
