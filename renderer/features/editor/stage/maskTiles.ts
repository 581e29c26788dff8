import { boundsOfParts, type Bounds, type PartMask } from '../../../../core/dataset/editing/mask.ts'
import { partWords } from '../../../overlays/rasters.ts'
import { RasterTiles } from './rasterTiles.ts'

/** Pictures of the part maps that are drawn into, by the maps' pixels. */
export class MaskTiles {
  readonly #byData = new Map<Uint8Array, RasterTiles>()

  /** Makes the pictures of a mask where there are none yet. */
  of(mask: PartMask): RasterTiles {
    const known = this.#byData.get(mask.data)
    if (known !== undefined) return known
    const made = new RasterTiles(mask.data, mask.width, mask.height, partWords, boundsOfParts(mask))
    this.#byData.set(mask.data, made)
    return made
  }

  /** A rectangle of a mask was drawn into; one that is not shown needs nothing. */
  update(mask: PartMask | null, bounds: Bounds): void {
    if (mask !== null) this.#byData.get(mask.data)?.update(bounds)
  }

  /** Masks that are not used any more are not drawn any more. */
  keep(used: Iterable<PartMask>): void {
    const data = new Set(Array.from(used, (mask) => mask.data))
    for (const each of this.#byData.keys()) if (!data.has(each)) this.#byData.delete(each)
  }

  clear(): void {
    this.#byData.clear()
  }
}
