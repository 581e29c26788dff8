import type { LabelValue } from '../dataset/label.ts'
import { notAnnotatedPart, visibility } from '../dataset/label.ts'
import { componentOf, isValidNormal, normalChannel } from '../dataset/normals.ts'
import type { TaskSchema } from '../dataset/task.ts'
import type { Affine, Size } from './crop.ts'

type Rgb = readonly [number, number, number]

/** The studio's colours: given labels amber, left limbs orange, right limbs blue. */
const given: Rgb = [255, 182, 92]
const left: Rgb = [255, 157, 92]
const right: Rgb = [95, 180, 255]
const middle: Rgb = [230, 233, 239]
const outline: Rgb = [13, 15, 19]

/** A crop of a picture that is drawn on: 8-bit RGB, row-major. */
interface Canvas {
  readonly data: Uint8Array
  readonly size: Size
}

/**
 * Draws a label into a crop, in place. `component` null draws all of it; else only that joint or part is drawn bright, so
 * that a person sees what a source means by its name. Attributes, identities and vectors have no place in the picture.
 * `data` is [height × width × 3], `affine` from image pixels to the crop's.
 */
export function markLabel(
  data: Uint8Array,
  size: Size,
  affine: Affine,
  label: { readonly schema: TaskSchema; readonly value: LabelValue; readonly component: number | null },
): void {
  const { schema, value, component } = label
  const canvas = { data, size }
  if (value.kind === 'keypoints' && schema.kind === 'keypoints') markJoints(canvas, affine, schema, value, component)
  if (value.kind === 'parts') {
    markRaster(canvas, affine, value, (at) => {
      const part = value.data[at]
      if (part === notAnnotatedPart) return null
      if (component !== null) return part === component ? [given, 0.62] : null
      return part === 0 ? null : [partColour(part), 0.55]
    })
  }
  if (value.kind === 'depth') {
    let nearest = Infinity
    let farthest = -Infinity
    for (const raw of value.data) {
      if (raw === 0) continue
      nearest = Math.min(nearest, raw)
      farthest = Math.max(farthest, raw)
    }
    const range = Math.max(1, farthest - nearest)
    markRaster(canvas, affine, value, (at) =>
      value.data[at] === 0 ? null : [depthColour((value.data[at] - nearest) / range), 0.75],
    )
  }
  if (value.kind === 'normals') {
    markRaster(canvas, affine, value, (at) => {
      if (!isValidNormal(value.data, at)) return null
      const channel = (axis: number): number => normalChannel(componentOf(value.data[3 * at + axis]))
      return [[channel(0), channel(1), channel(2)], 0.75]
    })
  }
}

/** Neighbouring numbers get hues a golden angle apart. */
function partColour(part: number): Rgb {
  const hue = (part * 137.508) % 360
  const channel = (offset: number): number => {
    const k = (offset + hue / 30) % 12
    return Math.round(255 * (0.6 - 0.35 * Math.max(-1, Math.min(k - 3, 9 - k, 1))))
  }
  return [channel(0), channel(8), channel(4)]
}

/** Dark blue, green, yellow. */
function depthColour(share: number): Rgb {
  return [Math.round(255 * share * share), Math.round(60 + 180 * share), Math.round(150 - 110 * share)]
}

interface Raster {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Blends what `colourOf` says of the raster's pixel under each of the crop's. */
function markRaster(
  { data, size }: Canvas,
  affine: Affine,
  raster: Raster,
  colourOf: (pixel: number) => readonly [Rgb, number] | null,
): void {
  for (let y = 0; y < size.height; y++) {
    const row = Math.floor((y + 0.5 - affine[5]) / affine[4]) - raster.top
    if (row < 0 || row >= raster.height) continue
    for (let x = 0; x < size.width; x++) {
      const column = Math.floor((x + 0.5 - affine[2]) / affine[0]) - raster.left
      if (column < 0 || column >= raster.width) continue
      const colour = colourOf(row * raster.width + column)
      if (colour !== null) blend(data, 3 * (y * size.width + x), colour[0], colour[1])
    }
  }
}

function markJoints(
  canvas: Canvas,
  affine: Affine,
  schema: Extract<TaskSchema, { kind: 'keypoints' }>,
  value: Extract<LabelValue, { kind: 'keypoints' }>,
  component: number | null,
): void {
  const places = value.joints.map(({ x, y, v }) =>
    v === visibility.hidden || v === visibility.visible
      ? { x: affine[0] * x + affine[2], y: affine[4] * y + affine[5] }
      : null,
  )
  const bright = component === null ? 0.95 : 0.4
  for (const [from, to] of schema.edges) {
    const [a, b] = [places[from], places[to]]
    if (a === null || b === null || a === undefined || b === undefined) continue
    drawLine(canvas, a, b, sideColour(schema.joints[from], schema.joints[to]), bright)
  }
  for (const [joint, place] of places.entries()) {
    if (place === null) continue
    if (component === null) drawDisc(canvas, place, 1.6, middle, 1)
    if (component === joint) {
      drawDisc(canvas, place, 5, outline, 1)
      drawDisc(canvas, place, 4, given, 1)
    }
  }
}

function sideColour(a: string, b: string): Rgb {
  const names = `${a} ${b}`.toLowerCase()
  const isLeft = /\b(left|l)(?=[\s_-])|left/.test(names)
  const isRight = /\b(right|r)(?=[\s_-])|right/.test(names)
  if (isLeft === isRight) return middle
  return isLeft ? left : right
}

interface Place {
  readonly x: number
  readonly y: number
}

function drawLine(canvas: Canvas, a: Place, b: Place, colour: Rgb, opacity: number): void {
  // A joint of a broken source may lie far outside: no more steps than the crop could show.
  const longest = 2 * (canvas.size.width + canvas.size.height)
  const steps = Math.min(longest, Math.max(1, Math.ceil(Math.max(Math.abs(b.x - a.x), Math.abs(b.y - a.y)) * 1.5)))
  for (let step = 0; step <= steps; step++) {
    const share = step / steps
    drawDisc(canvas, { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) }, 0.9, colour, opacity)
  }
}

function drawDisc({ data, size }: Canvas, { x, y }: Place, radius: number, colour: Rgb, opacity: number): void {
  const top = Math.max(0, Math.floor(y - radius))
  const bottom = Math.min(size.height - 1, Math.ceil(y + radius))
  const start = Math.max(0, Math.floor(x - radius))
  const end = Math.min(size.width - 1, Math.ceil(x + radius))
  for (let row = top; row <= bottom; row++) {
    for (let column = start; column <= end; column++) {
      const away = Math.hypot(column + 0.5 - x, row + 0.5 - y)
      if (away <= radius) blend(data, 3 * (row * size.width + column), colour, opacity)
    }
  }
}

function blend(data: Uint8Array, at: number, colour: Rgb, opacity: number): void {
  for (let channel = 0; channel < 3; channel++) {
    data[at + channel] = Math.round(data[at + channel] * (1 - opacity) + colour[channel] * opacity)
  }
}
