interface Kept {
  readonly canvas: HTMLCanvasElement
  key: string
}

/**
 * Drawn tiles by their place in the list, the most recently shown kept, so that scrolling copies them instead of drawing
 * them anew. Canvases are used again.
 */
export class TileCanvases {
  readonly #kept = new Map<number, Kept>()
  readonly #free: HTMLCanvasElement[] = []

  /** The canvas of a tile; `draw` is called where `key` says that its content has changed since. */
  get(index: number, key: string, draw: (canvas: HTMLCanvasElement) => void): HTMLCanvasElement {
    const known = this.#kept.get(index)
    const tile = known ?? { canvas: this.#free.pop() ?? document.createElement('canvas'), key: '' }
    // The newest stands last.
    if (known !== undefined) this.#kept.delete(index)
    this.#kept.set(index, tile)
    if (tile.key !== key) {
      tile.key = key
      draw(tile.canvas)
    }
    return tile.canvas
  }

  /** Lets go of the tiles that were not shown for longest, but for so many. */
  keep(most: number): void {
    for (const [index, { canvas }] of this.#kept) {
      if (this.#kept.size <= most) return
      this.#kept.delete(index)
      this.#free.push(canvas)
    }
  }

  clear(): void {
    this.#kept.clear()
    this.#free.length = 0
  }
}
