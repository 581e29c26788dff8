/**
 * Rasters of small numbers as bytes: (value, run length) pairs row by row, a length as a varint of 7 bits a byte, low bits
 * first. What masks are stored as (core/store/runLength.ts) and sent to windows as.
 */

/** Fills `cells` from runs. @throws RangeError when they do not fill it exactly. */
export function fillFromRuns(runs: Uint8Array, cells: Uint8Array): void {
  let filled = 0
  forEachRun(runs, (value, length) => {
    if (length > cells.length - filled) throw new RangeError('run beyond the raster')
    cells.fill(value, filled, filled + length)
    filled += length
  })
  if (filled !== cells.length) throw new RangeError(`runs of ${filled} cells for a raster of ${cells.length}`)
}

/**
 * Finds where runs end, at the limit at the latest, four cells at a time: most of a mask is a few long runs, and looking at every cell of a picture of twelve
 * megapixels takes several times as long as all else of storing a stroke.
 */
export function runEnds(cells: Uint8Array): (start: number, limit?: number) => number {
  const aligned = cells.byteOffset % 4 === 0
  const words = aligned ? new Uint32Array(cells.buffer, cells.byteOffset, cells.length >> 2) : new Uint32Array(0)
  return (start, limit = cells.length) => {
    const value = cells[start]
    let end = start + 1
    while (end < limit && (end & 3) !== 0 && cells[end] === value) end++
    if (aligned && (end & 3) === 0) {
      const word = value * 0x01010101
      const last = limit >> 2
      let at = end >> 2
      while (at < last && words[at] === word) at++
      end = at << 2
    }
    while (end < limit && cells[end] === value) end++
    return end
  }
}

/** The runs of a raster. */
export function runsOf(cells: Uint8Array): Uint8Array {
  return runsOfWindow(cells, cells.length, { left: 0, top: 0, width: cells.length, height: cells.length === 0 ? 0 : 1 })
}

/** The runs of a window of a raster, `across` cells wide. */
export function runsOfWindow(
  cells: Uint8Array,
  across: number,
  window: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
): Uint8Array {
  const writer = new RunWriter()
  const endOf = runEnds(cells)
  for (let row = 0; row < window.height; row++) {
    const from = (window.top + row) * across + window.left
    const until = from + window.width
    for (let start = from; start < until;) {
      const end = endOf(start, until)
      writer.add(cells[start], end - start)
      start = end
    }
  }
  return writer.finish()
}

/** Size of the raster of at most `side` cells a side that covers `width` × `height` pixels evenly. */
export function rasterSize(width: number, height: number, side: number | undefined): { columns: number; rows: number } {
  const scale = side === undefined ? 1 : Math.min(1, side / Math.max(width, height))
  return { columns: Math.max(1, Math.round(width * scale)), rows: Math.max(1, Math.round(height * scale)) }
}

/** The pixel under the middle of each cell. `Values`: of the source's own array type. */
export function sampleRaster<Values extends Uint8Array | Uint16Array>(
  source: Values,
  width: number,
  height: number,
  target: Values,
  columns: number,
  rows: number,
): void {
  const across = Int32Array.from({ length: columns }, (_, column) => Math.floor(((column + 0.5) * width) / columns))
  for (let row = 0, at = 0; row < rows; row++) {
    const start = Math.floor(((row + 0.5) * height) / rows) * width
    for (let column = 0; column < columns; column++) target[at++] = source[start + across[column]]
  }
}

/**
 * Runs of `columns` × `rows` cells, each the pixel under its middle, of runs of `width` × `height` pixels: what `sampleRaster` gives,
 * without the pixels in between. @throws RangeError when the runs do not fill the raster exactly
 */
export function sampleRuns(
  runs: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  { columns, rows }: { readonly columns: number; readonly rows: number },
): Uint8Array {
  const total = width * height
  const same = columns === width && rows === height
  const sampled = new RunWriter()
  const before = same ? new Int32Array(0) : cellsBefore(width, columns)
  const startOf = (row: number): number => (row < rows ? Math.floor(((row + 0.5) * height) / rows) * width : total)
  let row = 0
  let rowStart = startOf(row)
  let start = 0
  forEachRun(runs, (value, length) => {
    const end = start + length
    if (end > total) throw new RangeError('run beyond the raster')
    while (!same && row < rows && rowStart < end) {
      const reached = Math.min(width, end - rowStart)
      sampled.add(value, before[reached] - before[Math.max(0, start - rowStart)])
      if (reached < width) break
      rowStart = startOf(++row)
    }
    start = end
  })
  if (start !== total) throw new RangeError(`runs of ${start} cells for a raster of ${total}`)
  return same ? runs : sampled.finish()
}

/** [width + 1]: how many cells of a row have their pixel before each column of pixels. */
function cellsBefore(width: number, columns: number): Int32Array {
  const before = new Int32Array(width + 1)
  for (let x = 0, column = 0; x <= width; x++) {
    while (column < columns && Math.floor(((column + 0.5) * width) / columns) < x) column++
    before[x] = column
  }
  return before
}

/** Visits runs in order. @throws RangeError for runs that end early or are empty */
export function forEachRun(runs: Uint8Array, visit: (value: number, length: number) => void): void {
  for (let at = 0; at < runs.length;) {
    const value = runs[at++]
    let length = 0
    for (let scale = 1; ; scale *= 0x80) {
      if (at >= runs.length) throw new RangeError('runs end early')
      const byte = runs[at++]
      length += (byte & 0x7f) * scale
      if (byte < 0x80) break
    }
    if (length === 0) throw new RangeError('a run of nothing')
    visit(value, length)
  }
}

/** Joins neighbouring runs of one value. */
class RunWriter {
  #bytes = new Uint8Array(256)
  #length = 0
  #value = 0
  #count = 0

  add(value: number, count: number): void {
    if (count === 0) return
    if (value !== this.#value) this.#flush()
    this.#value = value
    this.#count += count
  }

  finish(): Uint8Array {
    this.#flush()
    return this.#bytes.slice(0, this.#length)
  }

  #flush(): void {
    if (this.#count === 0) return
    if (this.#length + 12 > this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2)
      grown.set(this.#bytes)
      this.#bytes = grown
    }
    this.#bytes[this.#length++] = this.#value
    let rest = this.#count
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#bytes[this.#length++] = (rest % 0x80) | 0x80
    this.#bytes[this.#length++] = rest
    this.#count = 0
  }
}
