import type { DrawnValueOf } from '../../core/api/labels.ts'
import { notAnnotatedPart } from '../../core/dataset/label.ts'
import { isValidNormal } from '../../core/dataset/normals.ts'
import { fillFromRuns } from '../../core/dataset/rasterRuns.ts'
import { depthColour, partColour, type Rgb } from './colours.ts'
import { placed, type ImageTransform } from './transform.ts'

type PartsShape = DrawnValueOf<'parts'>
type DepthShape = DrawnValueOf<'depth'>
type NormalsShape = DrawnValueOf<'normals'>
type MapShape = DepthShape | NormalsShape
type Raster = PartsShape | MapShape

/** RGBA as the little-endian word that ImageData's buffer holds. */
function word([red, green, blue]: Rgb, alpha: number): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0
}

/** Colour of each part number: RGBA as the little-endian word of ImageData's buffer. */
export const partWords = Uint32Array.from({ length: 256 }, (_, part) => {
  if (part === 0) return 0
  return part === notAnnotatedPart ? word([128, 128, 128], 110) : word(partColour(part), 255)
})

const depthWords = Uint32Array.from({ length: 256 }, (_, level) =>
  level === 0 ? 0 : word(depthColour((level - 1) / 254), 255),
)

export function bytesOfBase64(text: string): Uint8Array {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index)
  return bytes
}

/** Part numbers of a mask, [rows × columns]. @throws RangeError for damaged runs. */
export function partCells(value: PartsShape): Uint8Array {
  const cells = new Uint8Array(value.columns * value.rows)
  fillFromRuns(bytesOfBase64(value.runs), cells)
  return cells
}

/**
 * RGBA [rows × columns × 4] of a mask: parts in their colours, opaque; background clear, not annotated grey. `only`: that
 * part alone.
 */
export function partPixels(value: PartsShape, only: number | null = null): Uint8ClampedArray<ArrayBuffer> {
  const cells = partCells(value)
  const words = new Uint32Array(cells.length)
  if (only === null) for (let index = 0; index < cells.length; index++) words[index] = partWords[cells[index]]
  else for (let index = 0; index < cells.length; index++) if (cells[index] === only) words[index] = partWords[only]
  return new Uint8ClampedArray(words.buffer)
}

/** RGBA [rows × columns × 4] of a depth map in viridis, invalid cells clear. */
export function depthPixels(value: DepthShape): Uint8ClampedArray<ArrayBuffer> {
  const levels = bytesOfBase64(value.levels)
  if (levels.length !== value.columns * value.rows) throw new RangeError('depth levels of another size')
  const words = new Uint32Array(levels.length)
  for (let index = 0; index < levels.length; index++) words[index] = depthWords[levels[index]]
  return new Uint8ClampedArray(words.buffer)
}

/** RGBA [rows × columns × 4] of directions in their colours, invalid cells clear. */
export function normalPixels(value: NormalsShape): Uint8ClampedArray<ArrayBuffer> {
  const colours = bytesOfBase64(value.colours)
  if (colours.length !== 3 * value.columns * value.rows) throw new RangeError('normals of another size')
  const words = new Uint32Array(value.columns * value.rows)
  for (let cell = 0; cell < words.length; cell++) {
    if (!isValidNormal(colours, cell)) continue
    words[cell] = word([colours[3 * cell], colours[3 * cell + 1], colours[3 * cell + 2]], 255)
  }
  return new Uint8ClampedArray(words.buffer)
}

// A value is decoded once, however often it is drawn, and its pixels go when the value does.
const canvases = new WeakMap<Raster, OffscreenCanvas>()

function canvasOf<Value extends Raster>(
  value: Value,
  pixels: (value: Value) => Uint8ClampedArray<ArrayBuffer>,
  kept: WeakMap<Value, OffscreenCanvas> = canvases,
): OffscreenCanvas {
  const known = kept.get(value)
  if (known !== undefined) return known
  const canvas = new OffscreenCanvas(value.columns, value.rows)
  canvas.getContext('2d')?.putImageData(new ImageData(pixels(value), value.columns, value.rows), 0, 0)
  kept.set(value, canvas)
  return canvas
}

export type DrawingContext = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

function drawRaster(
  context: DrawingContext,
  value: Raster,
  canvas: OffscreenCanvas,
  transform: ImageTransform,
  opacity: number,
): void {
  const target = placed(value, transform)
  context.save()
  context.globalAlpha *= opacity
  // Cells show as they are when magnified; reduced ones are averaged.
  context.imageSmoothingEnabled = target.width < value.columns
  context.drawImage(canvas, target.left, target.top, target.width, target.height)
  context.restore()
}

/** Draws a mask over its picture. `opacity` 0 … 1. */
export function drawParts(
  context: DrawingContext,
  value: PartsShape,
  transform: ImageTransform,
  { opacity = 0.6 }: { readonly opacity?: number } = {},
): void {
  drawRaster(
    context,
    value,
    canvasOf(value, (parts) => partPixels(parts)),
    transform,
    opacity,
  )
}

/** By cell: whether a map says something there. */
function validCells(value: MapShape): (cell: number) => boolean {
  const bytes = bytesOfBase64(value.kind === 'depth' ? value.levels : value.colours)
  if (value.kind === 'depth') return (cell) => bytes[cell] !== 0
  return (cell) => isValidNormal(bytes, cell)
}

/** RGBA [rows × columns × 4]: stripes where a map is invalid, clear elsewhere. */
function invalidPixels(value: MapShape): Uint8ClampedArray<ArrayBuffer> {
  const isValid = validCells(value)
  const words = new Uint32Array(value.columns * value.rows)
  // As many stripes across the map whatever its resolution.
  const period = Math.max(4, Math.round(Math.max(value.columns, value.rows) / 48))
  for (let at = 0; at < words.length; at++) {
    if (isValid(at)) continue
    const stripe = ((at % value.columns) + Math.floor(at / value.columns)) % period < period / 2
    words[at] = stripe ? word([255, 255, 255], 110) : word([0, 0, 0], 90)
  }
  return new Uint8ClampedArray(words.buffer)
}

const hatchings = new WeakMap<MapShape, OffscreenCanvas>()

/** Hatches where a map of depth or normals says nothing: what is invalid can be told from what is not covered. */
export function drawInvalidCells(context: DrawingContext, value: MapShape, transform: ImageTransform): void {
  drawRaster(context, value, canvasOf(value, invalidPixels, hatchings), transform, 1)
}

/** Is it drawn as a map: has every cell a value of its own? */
export function isMap<T extends { readonly kind: string }>(
  value: T,
): value is Extract<T, { readonly kind: 'depth' | 'normals' }> {
  return value.kind === 'depth' || value.kind === 'normals'
}

/** Draws a map of depth or of directions over its picture. `opacity` 0 … 1. */
export function drawMap(
  context: DrawingContext,
  value: MapShape,
  transform: ImageTransform,
  { opacity = 0.8 }: { readonly opacity?: number } = {},
): void {
  const canvas = value.kind === 'depth' ? canvasOf(value, depthPixels) : canvasOf(value, normalPixels)
  drawRaster(context, value, canvas, transform, opacity)
}
