import { stat } from 'node:fs/promises'
import type { PictureFacts } from '../media/inspect.ts'

interface Entry {
  readonly size: number
  readonly changed: number
  readonly facts: PictureFacts
}

/**
 * What pictures of a source are, remembered while a person changes the mapping: planning again then reads the annotations
 * but not the pictures. A file of another size or time of change is looked at again. About 250 bytes a picture.
 */
export class FactsCache {
  readonly #entries = new Map<string, Entry>()

  /** The facts of the file, by `inspect` where they are not known. */
  async of(file: string, inspect: () => Promise<PictureFacts>): Promise<PictureFacts> {
    // A file that cannot be looked at is left to `inspect`, which says why.
    const info = await stat(file).catch(() => null)
    if (info === null) return inspect()
    const known = this.#entries.get(file)
    if (known?.size === info.size && known.changed === info.mtimeMs) return known.facts
    const facts = await inspect()
    this.#entries.set(file, { size: info.size, changed: info.mtimeMs, facts })
    return facts
  }
}
