import { MaskRecorder } from './maskRecorder.ts'
import { union, type Bounds, type MaskPatch, type PaintOver, type PartMask } from './mask.ts'

export interface Brush {
  readonly shape: 'round' | 'square'
  /** Pixels of the picture from the middle to the edge. At least half a pixel counts. */
  readonly radius: number
  /** Part to paint; 0 erases. */
  readonly part: number
  /** Which parts may be painted over; null: all ("replace underneath"). */
  readonly over: PaintOver
}

interface Dab {
  readonly x: number
  readonly y: number
  readonly radius: number
}

/**
 * One stroke of a brush, drawn into the mask as the pointer moves. A pixel is painted when its middle is at most a radius
 * from the path; between two samples the brush is swept, so that there are no gaps however fast the pointer is, and with a
 * pen's pressure the sweep widens evenly.
 */
export class BrushStroke {
  readonly #recorder: MaskRecorder
  readonly #brush: Brush
  #last: Dab | null = null

  constructor(mask: PartMask, brush: Brush) {
    this.#recorder = new MaskRecorder(mask, { told: true })
    this.#brush = brush
  }

  /**
   * Goes on to a point of the picture; `pressure` (0 … 1) scales the radius.
   * @returns the rectangle that may have changed and has to be drawn anew; null: none
   */
  extend(x: number, y: number, pressure = 1): Bounds | null {
    const dab: Dab = { x, y, radius: Math.max(0.5, this.#brush.radius * pressure) }
    const from = this.#last ?? dab
    this.#last = dab
    return this.#brush.shape === 'round' ? this.#sweepDisc(from, dab) : this.#sweepSquare(from, dab)
  }

  /** The whole stroke as one change; null: it changed nothing. */
  finish(): MaskPatch | null {
    return this.#recorder.finish()
  }

  /** Takes the stroke back. @returns the rectangle to draw anew */
  cancel(): Bounds | null {
    return this.#recorder.cancel()
  }

  /** The convex hull of two discs: the discs and the quadrangle between their common tangents. */
  #sweepDisc(a: Dab, b: Dab): Bounds | null {
    const bounds = this.#touch(a, b)
    if (bounds === null) return null
    const corners = tangentCorners(a, b)
    for (let row = bounds.top; row < bounds.top + bounds.height; row++) {
      const y = row + 0.5
      const span: Span = { from: Infinity, to: -Infinity }
      widenByDisc(span, a, y)
      widenByDisc(span, b, y)
      if (corners !== null) widenByPolygon(span, corners, y)
      this.#paint(row, span, bounds)
    }
    return this.#orPixelUnder(b, bounds)
  }

  /** The convex hull of two squares, row by row. */
  #sweepSquare(a: Dab, b: Dab): Bounds | null {
    const bounds = this.#touch(a, b)
    if (bounds === null) return null
    const corners = squareHull(a, b)
    for (let row = bounds.top; row < bounds.top + bounds.height; row++) {
      const y = row + 0.5
      const span: Span = { from: Infinity, to: -Infinity }
      for (const dab of [a, b])
        if (Math.abs(y - dab.y) <= dab.radius) widen(span, dab.x - dab.radius, dab.x + dab.radius)
      for (const edge of corners) widenByPolygon(span, edge, y)
      this.#paint(row, span, bounds)
    }
    return this.#orPixelUnder(b, bounds)
  }

  /** A brush as small as a pixel paints at least the one under the pointer. */
  #orPixelUnder({ x, y, radius }: Dab, bounds: Bounds): Bounds | null {
    if (radius >= 1) return bounds
    const pixel = this.#recorder.touch({ left: Math.floor(x), top: Math.floor(y), width: 1, height: 1 })
    if (pixel === null) return bounds
    this.#paint(pixel.top, { from: pixel.left + 0.5, to: pixel.left + 0.5 }, pixel)
    return union(bounds, pixel)
  }

  #touch(a: Dab, b: Dab): Bounds | null {
    const left = Math.floor(Math.min(a.x - a.radius, b.x - b.radius))
    const top = Math.floor(Math.min(a.y - a.radius, b.y - b.radius))
    const right = Math.ceil(Math.max(a.x + a.radius, b.x + b.radius))
    const bottom = Math.ceil(Math.max(a.y + a.radius, b.y + b.radius))
    return this.#recorder.touch({ left, top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) })
  }

  /** Pixels whose middles lie within the span. */
  #paint(row: number, span: Span, bounds: Bounds): void {
    const first = Math.max(bounds.left, Math.ceil(span.from - 0.5))
    const last = Math.min(bounds.left + bounds.width - 1, Math.floor(span.to - 0.5))
    if (last < first) return
    const { data, width } = this.#recorder.mask
    const { part, over } = this.#brush
    let [from, to] = [row * width + first, row * width + last]
    const stays = (value: number): boolean => value === part || (over !== null && over[value] === 0)
    while (from <= to && stays(data[from])) from++
    if (from > to) return
    while (stays(data[to])) to--
    if (over === null) data.fill(part, from, to + 1)
    else for (let at = from; at <= to; at++) if (over[data[at]] !== 0) data[at] = part
    this.#recorder.changed(row, from - row * width, to - row * width)
  }
}

/** A brush that makes background of one part, or of everything. */
export function eraser(shape: Brush['shape'], radius: number, only: PaintOver = null): Brush {
  return { shape, radius, part: 0, over: only }
}

/** A stretch of a pixel row's middle line. */
interface Span {
  from: number
  to: number
}

function widen(span: Span, from: number, to: number): void {
  if (from < span.from) span.from = from
  if (to > span.to) span.to = to
}

function widenByDisc(span: Span, { x, y: middle, radius }: Dab, y: number): void {
  const square = radius * radius - (y - middle) * (y - middle)
  if (square < 0) return
  const half = Math.sqrt(square)
  widen(span, x - half, x + half)
}

/** `corners`: x, y of a convex polygon. */
function widenByPolygon(span: Span, corners: readonly number[], y: number): void {
  for (let at = 0; at < corners.length; at += 2) {
    const next = (at + 2) % corners.length
    const [x0, y0, x1, y1] = [corners[at], corners[at + 1], corners[next], corners[next + 1]]
    if (y < Math.min(y0, y1) || y > Math.max(y0, y1)) continue
    if (y0 === y1) widen(span, Math.min(x0, x1), Math.max(x0, x1))
    else {
      const x = x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)
      widen(span, x, x)
    }
  }
}

/** Where the common outer tangents touch the discs; null: one disc holds the other. */
function tangentCorners(a: Dab, b: Dab): readonly number[] | null {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const distance = Math.hypot(dx, dy)
  if (distance <= Math.abs(a.radius - b.radius) || distance === 0) return null
  const along = (a.radius - b.radius) / distance
  const across = Math.sqrt(1 - along * along)
  const [ux, uy] = [dx / distance, dy / distance]
  const [px, py] = [along * ux - across * uy, along * uy + across * ux]
  const [qx, qy] = [along * ux + across * uy, along * uy - across * ux]
  return [
    ...[a.x + a.radius * px, a.y + a.radius * py, b.x + b.radius * px, b.y + b.radius * py],
    ...[b.x + b.radius * qx, b.y + b.radius * qy, a.x + a.radius * qx, a.y + a.radius * qy],
  ]
}

/** The way of each of the square's four sides: with both squares they make the hull. */
function squareHull(a: Dab, b: Dab): readonly (readonly number[])[] {
  const corners = (dab: Dab): [number, number][] => [
    [dab.x - dab.radius, dab.y - dab.radius],
    [dab.x + dab.radius, dab.y - dab.radius],
    [dab.x + dab.radius, dab.y + dab.radius],
    [dab.x - dab.radius, dab.y + dab.radius],
  ]
  const [from, to] = [corners(a), corners(b)]
  return from.map((corner, at) => [...corner, ...to[at]])
}
