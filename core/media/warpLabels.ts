import { notAnnotatedPart, type DepthValue, type NormalsValue, type PartsValue } from '../dataset/label.ts'
import { byteOfComponent, componentOf, isValidNormal } from '../dataset/normals.ts'
import { axesOf, type Affine, type AxisMap, type Size } from './crop.ts'

/** For each output pixel along one axis: the source pixels whose centres lie in its footprint, and the one at its centre. */
interface Footprints {
  readonly first: Int32Array
  /** Exclusive. */
  readonly end: Int32Array
  readonly centre: Int32Array
}

function footprintsOf(outputs: number, map: AxisMap): Footprints {
  const first = new Int32Array(outputs)
  const end = new Int32Array(outputs)
  const centre = new Int32Array(outputs)
  for (let i = 0; i < outputs; i++) {
    centre[i] = Math.floor((i + 0.5 - map.shift) / map.scale)
    first[i] = Math.min(centre[i], Math.ceil((i - map.shift) / map.scale - 0.5))
    end[i] = Math.max(centre[i] + 1, Math.ceil((i + 1 - map.shift) / map.scale - 0.5))
  }
  return { first, end, centre }
}

const inside = (at: number, size: number): boolean => at >= 0 && at < size

/**
 * A part mask in crop pixels, [height × width]: the most frequent part in each pixel's footprint; equal counts go to the
 * part at its centre if it is among them, else to the lowest number. 255 outside the image; 0 inside the image but
 * outside the value's window.
 * @throws RangeError where the affine rotates or shears.
 */
export function warpParts(value: PartsValue, image: Size, affine: Affine, width: number, height: number): Uint8Array {
  const axes = axesOf(affine)
  const across = footprintsOf(width, axes.x)
  const down = footprintsOf(height, axes.y)
  const out = new Uint8Array(height * width).fill(notAnnotatedPart)
  const counts = new Uint32Array(256)
  const touched = new Uint8Array(256)
  const { data, left, top, width: columns, height: rows } = value
  const partAt = (x: number, y: number): number =>
    inside(x - left, columns) && inside(y - top, rows) ? data[(y - top) * columns + x - left] : 0
  for (let y = 0; y < height; y++) {
    if (!inside(down.centre[y], image.height)) continue
    const yEnd = Math.min(down.end[y], image.height)
    for (let x = 0; x < width; x++) {
      if (!inside(across.centre[x], image.width)) continue
      const xEnd = Math.min(across.end[x], image.width)
      const centrePart = partAt(across.centre[x], down.centre[y])
      let found = 0
      for (let v = Math.max(0, down.first[y]); v < yEnd; v++) {
        for (let u = Math.max(0, across.first[x]); u < xEnd; u++) {
          const part = partAt(u, v)
          if (counts[part]++ === 0) touched[found++] = part
        }
      }
      let best = centrePart
      for (let at = 0; at < found; at++) {
        const part = touched[at]
        const tied = counts[part] === counts[best] && best !== centrePart
        if (counts[part] > counts[best] || (tied && part < best)) best = part
      }
      out[y * width + x] = best
      for (let at = 0; at < found; at++) counts[touched[at]] = 0
    }
  }
  return out
}

/**
 * Depth in crop pixels, [height × width], in the schema's unit: the (lower) median of the valid values in each pixel's
 * footprint, so that no depth between a person and the wall behind is made up. NaN where nothing valid is.
 * @throws RangeError where the affine rotates or shears.
 */
export function warpDepth(value: DepthValue, affine: Affine, width: number, height: number): Float32Array {
  const axes = axesOf(affine)
  const across = footprintsOf(width, axes.x)
  const down = footprintsOf(height, axes.y)
  const out = new Float32Array(height * width).fill(NaN)
  let valid = new Uint16Array(64)
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, down.first[y] - value.top)
    const bottom = Math.min(value.height, down.end[y] - value.top)
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, across.first[x] - value.left)
      const right = Math.min(value.width, across.end[x] - value.left)
      if (right <= left || bottom <= top) continue
      const area = (right - left) * (bottom - top)
      if (valid.length < area) valid = new Uint16Array(area)
      let count = 0
      for (let v = top; v < bottom; v++) {
        for (let u = left; u < right; u++) {
          const raw = value.data[v * value.width + u]
          if (raw !== 0) valid[count++] = raw
        }
      }
      if (count > 0) out[y * width + x] = lowerMedian(valid, count) * value.scale + value.offset
    }
  }
  return out
}

/** Directions of opposite surfaces cancel out: what is left of a mean shorter than this says nothing. */
const shortestMean = 0.1

/**
 * Normals in crop pixels, [height × width × 3] bytes (`byteOfComponent`): the mean of the valid ones in each pixel's footprint,
 * made as long as one again; 0 0 0 where nothing valid is or what is there cancels out. Scaling does not turn a surface.
 * @throws RangeError where the affine rotates or shears.
 */
export function warpNormals(value: NormalsValue, affine: Affine, width: number, height: number): Uint8Array {
  const axes = axesOf(affine)
  const across = footprintsOf(width, axes.x)
  const down = footprintsOf(height, axes.y)
  const out = new Uint8Array(height * width * 3)
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, down.first[y] - value.top)
    const bottom = Math.min(value.height, down.end[y] - value.top)
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, across.first[x] - value.left)
      const right = Math.min(value.width, across.end[x] - value.left)
      let [count, sumX, sumY, sumZ] = [0, 0, 0, 0]
      for (let v = top; v < bottom; v++) {
        for (let u = left; u < right; u++) {
          const pixel = v * value.width + u
          if (!isValidNormal(value.data, pixel)) continue
          count++
          sumX += componentOf(value.data[3 * pixel])
          sumY += componentOf(value.data[3 * pixel + 1])
          sumZ += componentOf(value.data[3 * pixel + 2])
        }
      }
      const length = Math.hypot(sumX, sumY, sumZ)
      if (count === 0 || length < shortestMean * count) continue
      const at = 3 * (y * width + x)
      out[at] = byteOfComponent(sumX / length)
      out[at + 1] = byteOfComponent(sumY / length)
      out[at + 2] = byteOfComponent(sumZ / length)
    }
  }
  return out
}

/** Up to this many values are sorted in place, which for a handful takes a tenth of a typed array's own sort. */
const fewValues = 24

/** The (lower) median of the first `count` ≥ 1 values, which are reordered. */
function lowerMedian(values: Uint16Array, count: number): number {
  if (count > fewValues) return values.subarray(0, count).sort()[(count - 1) >> 1]
  for (let at = 1; at < count; at++) {
    const value = values[at]
    let to = at
    for (; to > 0 && values[to - 1] > value; to--) values[to] = values[to - 1]
    values[to] = value
  }
  return values[(count - 1) >> 1]
}
