import { fullUrl } from '../../../overlays/mediaUrls.ts'

const mostKept = 5
/** Larger pictures (4 bytes a pixel once decoded) are not loaded ahead, and only the one in sight is kept. */
const largestAhead = 30e6

/** Whole pictures of a project, decoded ahead: the next image is drawn in the frame after the key. */
export class PrefetchedPictures {
  readonly #project: string
  readonly #kept = new Map<number, Promise<ImageBitmap>>()

  constructor(project: string) {
    this.#project = project
  }

  /** The picture of an image, upright; it stays this class' own. Rejects with the service's own words. */
  get(image: number): Promise<ImageBitmap> {
    const known = this.#kept.get(image)
    if (known !== undefined) {
      this.#kept.delete(image)
      this.#kept.set(image, known)
      return known
    }
    const loading = loadPicture(fullUrl(this.#project, image))
    this.#kept.set(image, loading)
    // What failed is tried again when it is asked for again.
    loading.catch(() => this.#kept.get(image) === loading && this.#kept.delete(image))
    this.#forgetOldest(mostKept)
    return loading
  }

  /** Loads what will probably be looked at next, unless the picture in sight tells that they are too large for that. */
  prefetch(images: readonly number[], shown: ImageBitmap): void {
    if (shown.width * shown.height > largestAhead) return this.#forgetOldest(1)
    for (const image of images) if (!this.#kept.has(image)) this.get(image).catch(() => undefined)
  }

  close(): void {
    for (const picture of this.#kept.values()) closeLater(picture)
    this.#kept.clear()
  }

  #forgetOldest(most: number): void {
    for (const [image, picture] of this.#kept) {
      if (this.#kept.size <= most) return
      this.#kept.delete(image)
      closeLater(picture)
    }
  }
}

function closeLater(picture: Promise<ImageBitmap>): void {
  picture.then((bitmap) => bitmap.close()).catch(() => undefined)
}

async function loadPicture(url: string): Promise<ImageBitmap> {
  const response = await fetch(url, { credentials: 'same-origin' })
  if (!response.ok) throw await pictureError(response)
  return createImageBitmap(await response.blob())
}

/** The service's own words where it has any. */
async function pictureError(response: Response): Promise<Error> {
  const body: unknown = await response.json().catch(() => null)
  const said = typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : null
  return new Error(said ?? `The picture could not be loaded (${response.status}).`)
}
