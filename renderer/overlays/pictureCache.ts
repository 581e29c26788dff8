/** What is known of a picture: its pixels, that it cannot be had (with why), or nothing yet. */
export type PictureState = ImageBitmap | { readonly failed: string } | undefined

const mostAtOnce = 6

interface Waiting {
  readonly url: string
  readonly abort: AbortController
}

/**
 * Decoded pictures by address, the most recently used kept up to a number of pixels. `want` says what is in sight: it is
 * loaded, first things first, and requests for what is no longer in sight are withdrawn.
 */
export class PictureCache {
  readonly #kept = new Map<string, ImageBitmap | { readonly failed: string }>()
  readonly #loading = new Map<string, Waiting>()
  #wanted: readonly string[] = []
  #pixels = 0
  readonly #mostPixels: number
  readonly #onArrival: (url: string) => void

  /** @param mostPixels kept in all; 4 bytes each */
  constructor(onArrival: (url: string) => void, mostPixels = 24e6) {
    this.#onArrival = onArrival
    this.#mostPixels = mostPixels
  }

  get(url: string): PictureState {
    const known = this.#kept.get(url)
    if (known !== undefined) {
      this.#kept.delete(url)
      this.#kept.set(url, known)
    }
    return known
  }

  want(urls: readonly string[]): void {
    this.#wanted = urls
    const wanted = new Set(urls)
    for (const [url, { abort }] of this.#loading) {
      if (wanted.has(url)) continue
      abort.abort()
      this.#loading.delete(url)
    }
    this.#fill()
  }

  /** Lets go of everything. */
  clear(): void {
    for (const { abort } of this.#loading.values()) abort.abort()
    this.#loading.clear()
    for (const picture of this.#kept.values()) if (picture instanceof ImageBitmap) picture.close()
    this.#kept.clear()
    this.#pixels = 0
    this.#wanted = []
  }

  #fill(): void {
    for (const url of this.#wanted) {
      if (this.#loading.size >= mostAtOnce) return
      if (this.#kept.has(url) || this.#loading.has(url)) continue
      const waiting = { url, abort: new AbortController() }
      this.#loading.set(url, waiting)
      void this.#load(waiting)
    }
  }

  async #load(waiting: Waiting): Promise<void> {
    const { url, abort } = waiting
    const picture = await fetchPicture(url, abort.signal)
    if (this.#loading.get(url) !== waiting) {
      if (picture instanceof ImageBitmap) picture.close()
      return
    }
    this.#loading.delete(url)
    if (picture !== null) this.#keep(url, picture)
    this.#fill()
  }

  #keep(url: string, picture: ImageBitmap | { readonly failed: string }): void {
    this.#kept.set(url, picture)
    this.#pixels += sizeOf(picture)
    for (const [oldest, old] of this.#kept) {
      if (this.#pixels <= this.#mostPixels || oldest === url) break
      this.#kept.delete(oldest)
      this.#pixels -= sizeOf(old)
      if (old instanceof ImageBitmap) old.close()
    }
    this.#onArrival(url)
  }
}

/** In pixels. What cannot be had counts too: of a hundred thousand pictures on an unplugged disk nothing else would. */
function sizeOf(picture: ImageBitmap | { readonly failed: string }): number {
  return picture instanceof ImageBitmap ? picture.width * picture.height : 1000
}

async function fetchPicture(
  url: string,
  signal: AbortSignal,
): Promise<ImageBitmap | { readonly failed: string } | null> {
  try {
    const response = await fetch(url, { signal, credentials: 'same-origin' })
    if (!response.ok) return { failed: await failureText(response) }
    return await createImageBitmap(await response.blob())
  } catch (error) {
    if (signal.aborted) return null
    return { failed: error instanceof Error ? error.message : String(error) }
  }
}

async function failureText(response: Response): Promise<string> {
  try {
    const body: unknown = await response.json()
    if (typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string') {
      return body.message
    }
  } catch {
    // Not one of our answers: the status says it.
  }
  return `the service answered ${response.status}`
}
