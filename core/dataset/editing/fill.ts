import { MaskRecorder } from './maskRecorder.ts'
import { boundsOfParts, intersection, type Bounds, type MaskPatch, type PartMask } from './mask.ts'

/** A connected piece of one part: pixels that touch by a side. */
export interface Piece {
  readonly part: number
  readonly bounds: Bounds
  /** Pixels. */
  readonly area: number
  /** Row-major [bounds.height × bounds.width]: 1 belongs to the piece. */
  readonly pixels: Uint8Array
}

/**
 * The connected piece under a point; null: outside the picture, or of `within`.
 * @param within the piece is cut off at this rectangle (a person's box), so that a fill cannot run over the whole picture
 */
export function pieceAt(mask: PartMask, x: number, y: number, within?: Bounds): Piece | null {
  const whole: Bounds = { left: 0, top: 0, width: mask.width, height: mask.height }
  const area = within === undefined ? whole : intersection(whole, within)
  const [column, row] = [Math.floor(x), Math.floor(y)]
  if (area === null || column < area.left || row < area.top) return null
  if (column >= area.left + area.width || row >= area.top + area.height) return null
  return grow(mask, column, row, area, new Uint8Array(area.width * area.height))
}

/**
 * Gives the connected piece under a point another part.
 * @returns the change, done already; null: it changed nothing
 */
export function floodFill(mask: PartMask, x: number, y: number, part: number, within?: Bounds): MaskPatch | null {
  const piece = pieceAt(mask, x, y, within)
  return piece === null ? null : recolourPiece(mask, piece, part)
}

/** Gives a piece another part: how a part that holds two things is split. */
export function recolourPiece(mask: PartMask, piece: Piece, part: number): MaskPatch | null {
  const recorder = new MaskRecorder(mask)
  const { left, top, width, height } = piece.bounds
  if (recorder.touch(piece.bounds) === null) return null
  for (let row = 0, at = 0; row < height; row++) {
    const start = (top + row) * mask.width + left
    for (let column = 0; column < width; column++, at++) if (piece.pixels[at] !== 0) mask.data[start + column] = part
  }
  return recorder.finish()
}

/** The connected pieces of a part, the largest first. */
export function piecesOf(mask: PartMask, part: number): Piece[] {
  const area = boundsOfParts(mask, part)
  if (area === null) return []
  const seen = new Uint8Array(area.width * area.height)
  const pieces: Piece[] = []
  for (let row = 0, at = 0; row < area.height; row++) {
    for (let column = 0; column < area.width; column++, at++) {
      const [x, y] = [area.left + column, area.top + row]
      if (seen[at] === 0 && mask.data[y * mask.width + x] === part) pieces.push(grow(mask, x, y, area, seen))
    }
  }
  return pieces.sort((a, b) => b.area - a.area)
}

/**
 * Splits a part into its connected pieces: the largest keeps the part, the next get `parts` in turn, what is beyond them stays.
 * @returns the change, done already; null: the part is one piece
 */
export function splitPart(mask: PartMask, part: number, parts: readonly number[]): MaskPatch | null {
  const pieces = piecesOf(mask, part).slice(1, 1 + parts.length)
  const recorder = new MaskRecorder(mask)
  pieces.forEach((piece, index) => {
    recorder.touch(piece.bounds)
    recolourPiece(mask, piece, parts[index])
  })
  return recorder.finish()
}

/** Makes one part of several. @returns the change, done already; null: it changed nothing */
export function mergeParts(mask: PartMask, from: readonly number[], into: number): MaskPatch | null {
  const recorder = new MaskRecorder(mask)
  for (const part of from) {
    const bounds = part === into ? null : boundsOfParts(mask, part)
    if (bounds === null || recorder.touch(bounds) === null) continue
    for (let row = 0; row < bounds.height; row++) {
      const start = (bounds.top + row) * mask.width + bounds.left
      for (let at = start; at < start + bounds.width; at++) if (mask.data[at] === part) mask.data[at] = into
    }
  }
  return recorder.finish()
}

/** The piece around a pixel, by runs of a row; `seen` [area] is marked with it. */
function grow(mask: PartMask, x: number, y: number, area: Bounds, seen: Uint8Array): Piece {
  const { data, width } = mask
  const part = data[y * width + x]
  const columns = area.width
  const stack = [x - area.left, y - area.top]
  const runs: number[] = []
  while (stack.length > 0) {
    const row = stack.pop() ?? 0
    const seed = stack.pop() ?? 0
    const cells = (area.top + row) * width + area.left
    const marks = row * columns
    if (seen[marks + seed] !== 0) continue
    let from = seed
    let to = seed
    while (from > 0 && data[cells + from - 1] === part) from--
    while (to + 1 < columns && data[cells + to + 1] === part) to++
    seen.fill(1, marks + from, marks + to + 1)
    runs.push(row, from, to)
    for (let next = row - 1; next <= row + 1; next += 2) {
      if (next < 0 || next >= area.height) continue
      const [nextCells, nextMarks] = [cells + (next - row) * width, next * columns]
      // One seed for each run of the neighbouring row that touches this one: runs are marked whole, so its first cell tells.
      for (let column = from, inside = false; column <= to; column++) {
        const open = data[nextCells + column] === part
        if (open && !inside && seen[nextMarks + column] === 0) stack.push(column, next)
        inside = open
      }
    }
  }
  return pieceOf(part, runs, area)
}

/** `runs`: row, first and last column of each, within the area. */
function pieceOf(part: number, runs: readonly number[], area: Bounds): Piece {
  let [left, top, right, bottom] = [area.width, area.height, -1, -1]
  let pixels = 0
  for (let at = 0; at < runs.length; at += 3) {
    top = Math.min(top, runs[at])
    bottom = Math.max(bottom, runs[at])
    left = Math.min(left, runs[at + 1])
    right = Math.max(right, runs[at + 2])
    pixels += runs[at + 2] - runs[at + 1] + 1
  }
  const bounds = { left: area.left + left, top: area.top + top, width: right - left + 1, height: bottom - top + 1 }
  const inside = new Uint8Array(bounds.width * bounds.height)
  for (let at = 0; at < runs.length; at += 3) {
    const start = (runs[at] - top) * bounds.width - left
    inside.fill(1, start + runs[at + 1], start + runs[at + 2] + 1)
  }
  return { part, bounds, area: pixels, pixels: inside }
}
