import { client } from '../../api/client.ts'
import type { SmallPicture } from '../../../core/api/importing.ts'

/** At most so many are asked for at once. */
const batch = 24

type Waiting = { readonly example: string; readonly resolve: (picture: SmallPicture) => void }

/** Example crops of one survey, asked for in batches as lines come into view, and kept. */
export class ExampleCrops {
  readonly #survey: string
  readonly #known = new Map<string, Promise<SmallPicture>>()
  #waiting: Waiting[] = []
  #loading = false

  constructor(survey: string) {
    this.#survey = survey
  }

  get(example: string): Promise<SmallPicture> {
    const known = this.#known.get(example)
    if (known !== undefined) return known
    const picture = new Promise<SmallPicture>((resolve) => this.#waiting.push({ example, resolve }))
    this.#known.set(example, picture)
    void this.#load()
    return picture
  }

  async #load(): Promise<void> {
    if (this.#loading) return
    this.#loading = true
    // What the same frame asks for goes along.
    await new Promise((resolve) => setTimeout(resolve, 0))
    while (this.#waiting.length > 0) {
      const now = this.#waiting.slice(0, batch)
      this.#waiting = this.#waiting.slice(batch)
      await this.#fetch(now)
    }
    this.#loading = false
  }

  async #fetch(now: readonly Waiting[]): Promise<void> {
    try {
      const input = { survey: this.#survey, examples: now.map(({ example }) => example) }
      const crops = new Map((await client.imports.exampleCrops(input)).map((crop) => [crop.example, crop.picture]))
      for (const { example, resolve } of now) resolve(crops.get(example) ?? { jpeg: null, why: 'no such example' })
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      for (const { example, resolve } of now) {
        this.#known.delete(example)
        resolve({ jpeg: null, why })
      }
    }
  }
}

/** The picture decoded; throws where it is none. */
export function decodePicture(jpeg: string): Promise<ImageBitmap> {
  const bytes = Uint8Array.from(atob(jpeg), (character) => character.charCodeAt(0))
  return createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }))
}
