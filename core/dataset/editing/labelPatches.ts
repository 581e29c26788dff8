import { notAnnotatedPart, type DepthValue, type LabelValue, type NormalsValue, type PartsValue } from '../label.ts'
import { union, type Bounds } from './mask.ts'

/**
 * A part map with a rectangle of the picture painted anew; its window grows where the rectangle lies beyond it. null: there
 * was no map.
 */
export function paintParts(value: PartsValue | null, bounds: Bounds, cells: Uint8Array): PartsValue {
  const window = value === null ? bounds : (union(value, bounds) ?? bounds)
  const data = new Uint8Array(window.width * window.height)
  if (value !== null) pasteRows(data, window, value.data, value)
  pasteRows(data, window, cells, bounds)
  return { kind: 'parts', left: window.left, top: window.top, width: window.width, height: window.height, data }
}

/** A map of depth or normals in which the cells of a rectangle of the picture that are not 0 in `cells` say nothing any more. */
export function invalidatePixels<Value extends DepthValue | NormalsValue>(
  value: Value,
  bounds: Bounds,
  cells: Uint8Array,
): Value {
  const data = value.data.slice()
  const channels = value.kind === 'normals' ? 3 : 1
  for (let row = 0; row < bounds.height; row++) {
    const y = bounds.top + row - value.top
    if (y < 0 || y >= value.height) continue
    for (let column = 0; column < bounds.width; column++) {
      const x = bounds.left + column - value.left
      if (x < 0 || x >= value.width || cells[row * bounds.width + column] === 0) continue
      const pixel = y * value.width + x
      data.fill(0, pixel * channels, (pixel + 1) * channels)
    }
  }
  return { ...value, data }
}

/** Where two part maps differ, and what the second has there; null: nowhere. Outside its window a map is background. */
export function partsDifference(a: PartsValue, b: PartsValue): { bounds: Bounds; cells: Uint8Array } | null {
  const window = union(a, b) ?? a
  const { width } = window
  const [before, after] = [inWindow(a, window), inWindow(b, window)]
  let [left, top, right, bottom] = [width, -1, -1, -1]
  for (let row = 0; row < window.height; row++) {
    const start = row * width
    let first = 0
    while (first < width && before[start + first] === after[start + first]) first++
    if (first === width) continue
    let last = width - 1
    while (before[start + last] === after[start + last]) last--
    left = Math.min(left, first)
    right = Math.max(right, last)
    if (top < 0) top = row
    bottom = row
  }
  if (right < 0) return null
  const bounds = { left: window.left + left, top: window.top + top, width: right - left + 1, height: bottom - top + 1 }
  const cells = new Uint8Array(bounds.width * bounds.height)
  for (let row = 0; row < bounds.height; row++) {
    const start = (top + row) * width + left
    cells.set(after.subarray(start, start + bounds.width), row * bounds.width)
  }
  return { bounds, cells }
}

/** The cells of a map in a window around it. */
function inWindow(value: PartsValue, window: Bounds): Uint8Array {
  if (value.width === window.width && value.height === window.height) return value.data
  const cells = new Uint8Array(window.width * window.height)
  pasteRows(cells, window, value.data, value)
  return cells
}

function partAt({ left, top, width, height, data }: PartsValue, x: number, y: number): number {
  const [column, row] = [x - left, y - top]
  return column >= 0 && row >= 0 && column < width && row < height ? data[row * width + column] : 0
}

interface Frame {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * A label moved and scaled with its person's box, as a copy for another person needs it: joints exactly, masks by the nearest
 * pixel. What has no place in the picture stays as it is. null: a depth map or normals, whose values another place would belie.
 * @param image size of the picture that the copy is for: masks are cut off at its border
 */
export function transferValue(
  value: LabelValue,
  from: Frame,
  to: Frame,
  image: { readonly width: number; readonly height: number },
): LabelValue | null {
  const [scaleX, scaleY] = [to.width / from.width, to.height / from.height]
  switch (value.kind) {
    case 'keypoints': {
      const joints = value.joints.map((joint) =>
        joint.v === 1 || joint.v === 2
          ? { ...joint, x: to.x + (joint.x - from.x) * scaleX, y: to.y + (joint.y - from.y) * scaleY }
          : joint,
      )
      return { kind: 'keypoints', joints }
    }
    case 'parts': {
      const left = Math.max(0, Math.floor(to.x + (value.left - from.x) * scaleX))
      const top = Math.max(0, Math.floor(to.y + (value.top - from.y) * scaleY))
      const right = Math.min(image.width, Math.ceil(to.x + (value.left + value.width - from.x) * scaleX))
      const bottom = Math.min(image.height, Math.ceil(to.y + (value.top + value.height - from.y) * scaleY))
      const [width, height] = [Math.max(1, right - left), Math.max(1, bottom - top)]
      const data = new Uint8Array(width * height)
      for (let row = 0, at = 0; row < height; row++) {
        const y = Math.floor(from.y + (top + row + 0.5 - to.y) / scaleY)
        for (let column = 0; column < width; column++) {
          data[at++] = partAt(value, Math.floor(from.x + (left + column + 0.5 - to.x) / scaleX), y)
        }
      }
      return { kind: 'parts', left, top, width, height, data }
    }
    case 'depth':
    case 'normals':
      return null
    default:
      return value
  }
}

/** A part map cut off at the picture's border, itself where it lies within; null: nothing of it is left. */
export function clipParts(
  value: PartsValue,
  image: { readonly width: number; readonly height: number },
): PartsValue | null {
  const left = Math.max(0, value.left)
  const top = Math.max(0, value.top)
  const width = Math.min(image.width, value.left + value.width) - left
  const height = Math.min(image.height, value.top + value.height) - top
  if (width <= 0 || height <= 0) return null
  if (width === value.width && height === value.height) return value
  const data = new Uint8Array(width * height)
  for (let row = 0; row < height; row++) {
    const start = (top - value.top + row) * value.width + left - value.left
    data.set(value.data.subarray(start, start + width), row * width)
  }
  return { kind: 'parts', left, top, width, height, data }
}

/** Parts that a map has, ascending, without background and not annotated. */
export function partsPresent(cells: Uint8Array): number[] {
  const present = new Uint8Array(256)
  for (let at = 0; at < cells.length; at++) present[cells[at]] = 1
  return Array.from(present.keys()).filter((part) => present[part] === 1 && part !== 0 && part !== notAnnotatedPart)
}

function pasteRows(data: Uint8Array, window: Bounds, pixels: Uint8Array, place: Bounds): void {
  for (let row = 0; row < place.height; row++) {
    const start = (place.top - window.top + row) * window.width + place.left - window.left
    data.set(pixels.subarray(row * place.width, (row + 1) * place.width), start)
  }
}
