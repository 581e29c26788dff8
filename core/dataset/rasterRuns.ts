/**
 * Rasters of small numbers as bytes: (value, run length) pairs row by row, a length as a varint of 7 bits a byte, low bits
 * first. What masks are stored as (core/store/runLength.ts) and sent to windows as.
 */

/** Fills `cells` from runs. @throws RangeError when they do not fill it exactly. */
export function fillFromRuns(runs: Uint8Array, cells: Uint8Array): void {
  let filled = 0
  for (let at = 0; at < runs.length;) {
    const value = runs[at++]
    let length = 0
    for (let scale = 1; ; scale *= 0x80) {
      if (at >= runs.length) throw new RangeError('runs end early')
      const byte = runs[at++]
      length += (byte & 0x7f) * scale
      if (byte < 0x80) break
    }
    if (length === 0 || length > cells.length - filled) throw new RangeError('run beyond the raster')
    cells.fill(value, filled, filled + length)
    filled += length
  }
  if (filled !== cells.length) throw new RangeError(`runs of ${filled} cells for a raster of ${cells.length}`)
}

/**
 * Finds where runs end, four cells at a time: most of a mask is a few long runs, and looking at every cell of a picture of twelve
 * megapixels takes several times as long as all else of storing a stroke.
 */
export function runEnds(cells: Uint8Array): (start: number) => number {
  const aligned = cells.byteOffset % 4 === 0
  const words = aligned ? new Uint32Array(cells.buffer, cells.byteOffset, cells.length >> 2) : new Uint32Array(0)
  return (start) => {
    const value = cells[start]
    let end = start + 1
    while (end < cells.length && (end & 3) !== 0 && cells[end] === value) end++
    if (aligned && (end & 3) === 0) {
      const word = value * 0x01010101
      let at = end >> 2
      while (at < words.length && words[at] === word) at++
      end = at << 2
    }
    while (end < cells.length && cells[end] === value) end++
    return end
  }
}

/** The runs of a raster. */
export function runsOf(cells: Uint8Array): Uint8Array {
  let bytes = new Uint8Array(256)
  let length = 0
  const endOf = runEnds(cells)
  for (let start = 0; start < cells.length;) {
    const value = cells[start]
    const end = endOf(start)
    if (length + 12 > bytes.length) {
      const grown = new Uint8Array(bytes.length * 2)
      grown.set(bytes)
      bytes = grown
    }
    bytes[length++] = value
    let rest = end - start
    while (rest >= 0x80) {
      bytes[length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    bytes[length++] = rest
    start = end
  }
  return bytes.slice(0, length)
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
